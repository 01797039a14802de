import { multiplyDimensions, showShape } from "../../tensor/shape.ts";
import {
  type AnyReference,
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  notDifferentiable,
  type Operator,
} from "../operator.ts";
import { largest } from "../reference-kernels.ts";

const ATTRIBUTES = {
  max_gram_length: { type: "int" },
  max_skip_count: { type: "int" },
  min_gram_length: { type: "int" },
  mode: { type: "string" },
  ngram_counts: { type: "ints" },
  ngram_indexes: { type: "ints" },
  pool_int64s: { type: "ints" },
  pool_strings: { type: "strings" },
  weights: { type: "floats" },
} as const satisfies AttributeSpecs;

/** What an n-gram's count and weight make of its column. */
const MODES: Readonly<Record<string, (count: number, weight: number) => number>> = {
  TF: (count) => count,
  IDF: (count, weight) => (count > 0 ? weight : 0),
  TFIDF: (count, weight) => count * weight,
};

/** Texts as numbers of the default domain. */
export const textFeatures = {
  /**
   * How often the n-grams of a pool stand in each row: words `[C]` or `[N, C]`, result `[columns]` or `[N, columns]`. The words of an n-gram
   * may lie up to `max_skip_count` others apart.
   */
  TfIdfVectorizer: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    strings: "read",
    attributes: ATTRIBUTES,
    infer: (c) => {
      const [{ dtype, shape }] = c.inputs;
      if (shape.length < 1 || shape.length > 2) c.fail("the input is [words] or [rows, words]", showShape(shape));
      const { pool_strings, pool_int64s, ngram_indexes = [], weights, mode = "" } = c.attributes;
      if (!Object.hasOwn(MODES, mode)) c.fail(`mode is ${Object.keys(MODES).join(", ")}`, mode);
      if ((dtype === "string" ? pool_strings : pool_int64s) === undefined || (pool_strings && pool_int64s))
        c.fail(`the pool is of ${dtype}`, "another, or both");
      const grams = readGrams(c.attributes);
      if (grams === undefined)
        return c.fail("ngram_counts say where the n-grams of each length begin, whole ones each", "others");
      if (grams.length !== ngram_indexes.length)
        c.fail(`${grams.length} n-grams have a column`, `${ngram_indexes.length}`);
      if (weights !== undefined && weights.length !== grams.length)
        c.fail(`${grams.length} n-grams have a weight, or none`, String(weights.length));
      const columns = largest(ngram_indexes) + 1;
      return [{ dtype: "float32", shape: [...shape.slice(0, -1), columns] }];
    },
    gradient: notDifferentiable("words are not numbers that could change by little"),
    reference: ([x], { attributes }) => {
      const { ngram_indexes: indexes = [], weights, mode = "" } = attributes;
      const grams = readGrams(attributes)!;
      const columns = largest(indexes) + 1;
      const lead = x.shape.slice(0, -1);
      const rows = wordRows(x).map((words) => {
        const row = new Array<number>(columns).fill(0);
        for (const [i, gram] of grams.entries()) {
          const count = countGram(words, gram, attributes);
          row[indexes[i]!]! += MODES[mode]!(count, weights?.[i] ?? 1);
        }
        return row;
      });
      return [{ dtype: "float32", shape: [...lead, columns], data: Float64Array.from(rows.flat()) }];
    },
  }),
} satisfies Record<string, Operator>;

type Word = number | string;

/** The n-grams in the order of the pool; `undefined` where it does not part into them. */
function readGrams(attributes: Attributes<typeof ATTRIBUTES>): readonly (readonly Word[])[] | undefined {
  const pool: readonly Word[] = attributes.pool_strings ?? attributes.pool_int64s ?? [];
  const starts = attributes.ngram_counts ?? [];
  const grams: Word[][] = [];
  for (const [i, start] of starts.entries()) {
    const length = i + 1;
    const end = starts[i + 1] ?? pool.length;
    if (start < 0 || end < start || end > pool.length || (end - start) % length !== 0) return undefined;
    for (let at = start; at < end; at += length) grams.push(pool.slice(at, at + length));
  }
  return grams.length === 0 ? undefined : grams;
}

function wordRows({ shape, data }: AnyReference): readonly (readonly Word[])[] {
  const width = shape.at(-1)!;
  const count = Number(multiplyDimensions(shape.slice(0, -1)));
  const words = Array.from<Word>(data);
  return Array.from({ length: count }, (_, i) => words.slice(i * width, (i + 1) * width));
}

/** Single words are found once, whatever may be skipped. */
function countGram(words: readonly Word[], gram: readonly Word[], attributes: Attributes<typeof ATTRIBUTES>): number {
  const { min_gram_length: min = 1, max_gram_length: max = 1, max_skip_count: maxSkip = 0 } = attributes;
  if (gram.length < min || gram.length > max) return 0;
  const strides = gram.length === 1 ? [1] : Array.from({ length: maxSkip + 1 }, (_, skip) => skip + 1);
  return strides.reduce(
    (total, stride) =>
      total + words.filter((_, start) => gram.every((word, k) => words[start + k * stride] === word)).length,
    0,
  );
}
