import { type GraphBuilder, tensorFrom, type Value } from "@modelwright/engine";
import { type CountedForm, countedText } from "../../features/counted-text.ts";
import type { TermLengths } from "../../features/ngram-terms.ts";
import { fitNgramTfidf, NgramTfidf } from "../../features/ngram-tfidf.ts";
import { FIRST_CHARACTER_ID, SPACE_ID } from "../../features/ngram-tokenizer.ts";
import type { SparseVector } from "../../features/tfidf.ts";
import { counted } from "../../report-builder.ts";
import { seededRandom } from "../../splits/seeded-random.ts";
import { fromFloat32Text, toFloat32Text } from "../float32-text.ts";
import { largestEigenvectors } from "../reduction/symmetric-eigen.ts";
import type { Encoder } from "./encoder.ts";
import type { EncoderSettings } from "./encoder-settings.ts";
import { sparseProducts } from "./sparse-products.ts";

export interface TfidfTopics {
  /** Characters of each term, the shortest first. */
  readonly terms: readonly string[];
  /** Weight of each term, float32. */
  readonly idf: readonly number[];
  readonly form: CountedForm;
  readonly components: number;
  /** `[terms, components]`, float32 in base64. */
  readonly directions: string;
}

const [TERMS, COMPONENTS, SEED] = [3000, 32, 0];
/** Texts that terms and directions are learnt from, at most: the rest says little more. */
const MOST_TEXTS = 5000;
/** Least squared length that is divided by. */
const EPSILON = 1e-12;
/** Stands behind the last character of a text; no text has it. */
const PADDING = "#";
/** Stands in a term of texts without a letter; no text has it either. */
const NOTHING = "?";

/**
 * Texts as TF-IDF vectors of characters and words (see `NgramTfidf`), in the few directions in which training
 * texts differ most: latent semantic analysis. A text without a known term, or none, is zero in all of them.
 */
export const tfidfTopics: Encoder<"text", TfidfTopics> = {
  kind: "text",
  isPlain: true,
  mostRows: MOST_TEXTS,
  sharedBy: ["terms", "components", "units", "ngrams"],
  input: ({ cures }, { units }) => ({ text: FORMS[units ?? "both"], ...(cures && { cures }) }),
  fit: ({ values }, { terms: maxTerms = TERMS, components = COMPONENTS, units = "both", ngrams }) => {
    const form = FORMS[units];
    const stride = Math.ceil(values.length / MOST_TEXTS);
    const texts = values
      .filter((text, row) => row % stride === 0 && text !== "")
      .map((text) => countedText(text, form));
    const alphabet = charactersOf(texts);
    const idOf = characterIds(alphabet);
    const encoded = texts.map((text) => idsOf(text, idOf));
    const tfidf = fitNgramTfidf(encoded, { maxTerms, ...LENGTHS[units](ngrams) });
    const vectors = encoded.map((ids) => tfidf.transform(ids));
    const directions = mainDirections(vectors, { terms: tfidf.pool.terms.length, components, seed: SEED });
    return {
      terms: tfidf.pool.terms.map((ids) =>
        Array.from(ids, (id) => (id === SPACE_ID ? " " : (alphabet[id - FIRST_CHARACTER_ID] ?? NOTHING))).join(""),
      ),
      idf: [...tfidf.pool.idf],
      form,
      components: directions.length / tfidf.pool.terms.length,
      directions: toFloat32Text(directions),
    };
  },
  features: (name, { components }) =>
    Array.from({ length: components }, (_, k) => ({ name: `${name} topic ${k + 1}` })),
  apply: ({ values }, state) => {
    const { components } = state;
    const topics = topicsOf(state);
    const found = new Float32Array(values.length * components);
    for (const [row, text] of values.entries()) found.set(topics(text), row * components);
    return found;
  },
  words: ({ terms, components, form }) =>
    `${counted(components, "topic")} of the TF-IDF of ${counted(terms.length, "term")}${form === "segments" ? ", words told by a dictionary" : ""}`,
  compile: (b, raw, { terms, idf, components, directions }) => {
    const spelt = terms.map((term) => [...term]);
    const characters = b.op("Tokenizer", [raw], { tokenexp: ".", pad_value: PADDING, mincharnum: 1, mark: 0 });
    const counts = b.op("TfIdfVectorizer", [b.op("Squeeze", [characters, b.ints([1])])], {
      mode: "TF",
      min_gram_length: 1,
      max_gram_length: spelt.at(-1)!.length,
      max_skip_count: 0,
      ngram_counts: lengthStarts(spelt),
      ngram_indexes: [...spelt.keys()],
      pool_strings: spelt.flat(),
    }); // [batch, terms]
    const weighted = weigh(b, counts, idf);
    const squares = b.op("ReduceSum", [b.op("Mul", [weighted, weighted]), b.ints([1])], { keepdims: 1 });
    const length = b.op("Sqrt", [b.op("Max", [squares, b.scalar(EPSILON)])]); // [batch, 1]
    const shape = [terms.length, components];
    const matrix = b.initializer(
      b.scoped(`${raw.name}.directions`),
      tensorFrom("float32", shape, fromFloat32Text(directions)),
    );
    return b.op("Div", [b.op("MatMul", [weighted, matrix]), length]);
  },
};

/** What a text that is counted by some units looks like. */
const FORMS = { both: "words", characters: "words", words: "segments" } as const;

const LENGTHS: Readonly<Record<NonNullable<EncoderSettings["units"]>, (most: number | undefined) => TermLengths>> = {
  both: () => ({}),
  characters: (characters) => ({ characters, words: 0 }),
  words: (words) => ({ words, characters: 0 }),
};

/** Texts whose topics are remembered: what is asked again and again are the rows of one table. */
const MOST_REMEMBERED = 100_000;
const known = new WeakMap<TfidfTopics, (text: string) => Float64Array>();

/** Makes topics of texts, and remembers them. */
function topicsOf(state: TfidfTopics): (text: string) => Float64Array {
  const own = known.get(state) ?? rememberedTopics(state);
  known.set(state, own);
  return own;
}

function rememberedTopics({ terms, idf, form, components, directions }: TfidfTopics): (text: string) => Float64Array {
  const idOf = characterIds(charactersOf(terms));
  const tfidf = new NgramTfidf({ terms: terms.map((term) => idsOf(term, idOf)), idf: Float32Array.from(idf) });
  const matrix = fromFloat32Text(directions);
  const remembered = new Map<string, Float64Array>();
  return (text) => {
    const before = remembered.get(text);
    if (before !== undefined) return before;
    const topics = projected(tfidf.transform(idsOf(countedText(text, form), idOf)), matrix, components);
    if (remembered.size < MOST_REMEMBERED) remembered.set(text, topics);
    return topics;
  };
}

/** 1 + ln n, or 0 where n is 0, times the term's weight. */
function weigh(b: GraphBuilder, counts: Value, idf: readonly number[]): Value {
  const one = b.scalar(1);
  const frequencies = b.op("Add", [b.op("Log", [b.op("Max", [counts, one])]), b.op("Min", [counts, one])]);
  return b.op("Mul", [frequencies, b.constant("float32", [1, idf.length], idf)]);
}

/** Every character but the space, in the order of code units. */
function charactersOf(texts: readonly string[]): readonly string[] {
  const characters = new Set<string>();
  for (const text of texts) for (const character of text) characters.add(character);
  characters.delete(" ");
  return [...characters].sort();
}

function characterIds(alphabet: readonly string[]): ReadonlyMap<string, number> {
  return new Map([[" ", SPACE_ID], ...alphabet.map((character, i) => [character, FIRST_CHARACTER_ID + i] as const)]);
}

/** An unknown character has the id 1, which is in no term. */
function idsOf(text: string, idOf: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from([...text], (character) => idOf.get(character) ?? 1);
}

function lengthStarts(terms: readonly (readonly string[])[]): number[] {
  const longest = terms.at(-1)!.length;
  const starts = new Array<number>(longest).fill(0);
  for (const { length } of terms) for (let longer = length; longer < longest; longer++) starts[longer]! += length;
  return starts;
}

function projected({ indices, values }: SparseVector, matrix: Float32Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (const [i, term] of indices.entries())
    for (let k = 0; k < width; k++) sums[k]! += values[i]! * matrix[term * width + k]!;
  return sums;
}

/** Of the largest squared singular value: directions of less are rounding errors, which scaling would blow up. */
const LEAST_SHARE = 1e-8;

/** The right singular vectors of the largest singular values, `[terms, components]`. */
function mainDirections(
  rows: readonly SparseVector[],
  { terms, components, seed }: { readonly terms: number; readonly components: number; readonly seed: number },
): Float32Array {
  const random = seededRandom(seed);
  const start = () => random.below(2 ** 32) / 2 ** 31 - 1;
  const { values, vectors: all } = largestEigenvectors(sparseProducts(rows, terms), {
    size: terms,
    count: components,
    start,
  });
  const vectors = all.filter((_, k) => k === 0 || values[k]! > LEAST_SHARE * values[0]!);
  return Float32Array.from(
    { length: terms * vectors.length },
    (_, i) => vectors[i % vectors.length]![Math.floor(i / vectors.length)]!,
  );
}
