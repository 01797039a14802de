import type { PreparedData, TextRow, TextTokenizer, Truncation } from "@modelwright/data";

/** Texts as piece ids, with class numbers. */
export interface EncodedSplit {
  readonly encoded: readonly Int32Array[];
  /** Indices into the label list. */
  readonly classes: Int32Array;
}

export interface EncodedData {
  readonly labels: readonly string[];
  readonly train: EncodedSplit;
  readonly validation: EncodedSplit;
  readonly test: EncodedSplit;
}

/** Tokenizes every split; texts of more than `maxLength` pieces are cut. */
export function encodeData(
  data: PreparedData,
  tokenizer: TextTokenizer,
  { maxLength, truncation }: { readonly maxLength: number; readonly truncation: Truncation },
): EncodedData {
  const classOf = new Map(data.labels.map((label, index) => [label, index]));
  const split = (rows: readonly TextRow[]): EncodedSplit => ({
    encoded: rows.map((row) => tokenizer.encode(row.text, maxLength, truncation)),
    classes: Int32Array.from(rows, (row) => classOf.get(row.label)!),
  });
  return { labels: data.labels, train: split(data.train), validation: split(data.validation), test: split(data.test) };
}
