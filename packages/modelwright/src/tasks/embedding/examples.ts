import type { Recipes } from "@modelwright/contracts";
import { normalizedText, type TextReading } from "@modelwright/data";
import { type EmbeddingExample, type EmbeddingExamples, labelPairs } from "@modelwright/training";
import type { ExampleRows } from "./example-rows.ts";

type Loss = Recipes["embedding"]["train"]["loss"];

/** How rows become examples. */
export interface ExampleOptions {
  readonly loss: Loss;
  readonly encode: (text: string) => Int32Array;
  readonly reading: TextReading;
  /** Draws what belongs to a text of a label. */
  readonly seed: number;
  /** What similarities of the training rows run from and to. Default: those of these rows. */
  readonly range?: SimilarityRange;
}

export interface SimilarityRange {
  readonly least: number;
  readonly greatest: number;
}

/** What the similarities of rows run from and to. */
export function rangeOf({ rows }: ExampleRows): SimilarityRange {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { similarity } of rows) {
    if (similarity === undefined) continue;
    least = Math.min(least, similarity);
    greatest = Math.max(greatest, similarity);
  }
  return { least, greatest };
}

/** Examples with their texts, by the places that examples name. */
export interface ExamplesOfTexts extends EmbeddingExamples {
  readonly texts: readonly string[];
}

/** The rows of a split as a loss learns from them; each text is tokenized once. */
export function examplesOf(split: ExampleRows, options: ExampleOptions): ExamplesOfTexts {
  const texts = new Texts(options.encode);
  const { rows, example } = MAKERS[split.examples](split, { ...options, texts });
  return { texts: texts.all, encoded: texts.encoded, reading: options.reading, rows, example };
}

type Made = Pick<EmbeddingExamples, "rows" | "example">;

const MAKERS: Readonly<
  Record<ExampleRows["examples"], (split: ExampleRows, options: ExampleOptions & { readonly texts: Texts }) => Made>
> = { pairs: belonging, triplets: belonging, scores: scored, labels: labelled };

/** Texts by number, and the same number for those that say the same. */
class Texts {
  readonly all: string[] = [];
  readonly encoded: Int32Array[] = [];
  readonly #encode: (text: string) => Int32Array;
  readonly #places = new Map<string, number>();
  readonly #kinds = new Map<string, number>();

  constructor(encode: (text: string) => Int32Array) {
    this.#encode = encode;
  }

  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.encoded.length);
    this.all.push(text);
    return this.encoded.push(this.#encode(text)) - 1;
  }

  kind(text: string): number {
    const key = normalizedText(text);
    const known = this.#kinds.get(key) ?? this.#kinds.size;
    this.#kinds.set(key, known);
    return known;
  }
}

function belonging({ rows }: ExampleRows, { texts }: { readonly texts: Texts }): Made {
  const all = rows.map(({ text, positive = "", negative }): EmbeddingExample => {
    return {
      anchor: texts.place(text),
      positive: texts.place(positive),
      ...(negative === undefined ? {} : { negative: texts.place(negative) }),
      kinds: {
        anchor: texts.kind(text),
        positive: texts.kind(positive),
        ...(negative === undefined ? {} : { negative: texts.kind(negative) }),
      },
    };
  });
  return { rows: all.length, example: (row) => all[row]! };
}

function scored(
  split: ExampleRows,
  { texts, range = rangeOf(split) }: Pick<ExampleOptions, "range"> & { readonly texts: Texts },
): Made {
  const { least, greatest } = range;
  const all = split.rows.map(({ text, second = "", similarity = 0 }): EmbeddingExample => {
    const share = (similarity - least) / (greatest - least);
    const between = Math.min(1, Math.max(0, share));
    return { anchor: texts.place(text), positive: texts.place(second), similarity: between };
  });
  return { rows: all.length, example: (row) => all[row]! };
}

/** Texts of one label belong together; for the loss `cosine`, each is also paired with one of another label. */
function labelled({ rows }: ExampleRows, { texts, loss, seed }: ExampleOptions & { readonly texts: Texts }): Made {
  const places = rows.map(({ text }) => texts.place(text));
  const numbers = new Map<string | undefined, number>();
  const classes = rows.map(({ label }) => {
    const own = numbers.get(label) ?? numbers.size;
    numbers.set(label, own);
    return own;
  });
  return labelPairs({ places, classes, seed, strangers: loss === "cosine" });
}
