import type { Truncation } from "./truncate.ts";

/** Turns texts into the piece ids that an encoder reads. */
export interface TextTokenizer {
  /** Ids of the text's pieces, at most `maxLength`; `truncation` says which go, by default those at the end. An empty text has none. */
  readonly encode: (text: string, maxLength: number, truncation?: Truncation) => Int32Array;
  /** Fills the places behind a shorter text of a batch. */
  readonly padId: number;
  /** Ids are in `[0, vocabularySize)`. */
  readonly vocabularySize: number;
}
