import {
  type PreparedData,
  type TextReading,
  type TextRow,
  type TextTokenizer,
  type TokenizedTexts,
  tokensRead,
} from "@modelwright/data";

/** Texts as token ids; types of tokens only where the encoder takes them. */
export interface EncodedTexts extends TokenizedTexts {
  readonly reading: TextReading;
}

/** Texts as token ids, with class numbers. */
export interface EncodedSplit extends EncodedTexts {
  /** Indices into the label list. */
  readonly classes: Int32Array;
}

export interface EncodedData {
  readonly labels: readonly string[];
  readonly train: EncodedSplit;
  readonly validation: EncodedSplit;
  readonly test: EncodedSplit;
}

/** Tokenizes every split; longer texts are cut to what is read of them. */
export function encodeData(data: PreparedData, tokenizer: TextTokenizer, reading: TextReading): EncodedData {
  const classOf = new Map(data.labels.map((label, index) => [label, index]));
  const split = (rows: readonly TextRow[]): EncodedSplit => ({
    encoded: rows.map((row) => tokenizer.read(row.text, tokensRead(reading), reading.truncation)),
    reading,
    classes: Int32Array.from(rows, (row) => classOf.get(row.label)!),
  });
  return { labels: data.labels, train: split(data.train), validation: split(data.validation), test: split(data.test) };
}
