import type { TextPair } from "@modelwright/contracts";
import type { EncodedPair } from "./encode-pair.ts";
import type { TokenFrame, Truncation } from "./truncate.ts";

/** Turns texts into the token ids that a model reads, and ids into text. */
export interface TextTokenizer {
  /**
   * Ids of the text's tokens, at most `maxLength`; `truncation` says which go, by default those at the end. An empty text has none. Special
   * tokens are not added, but one that is spelt out in the text becomes its id.
   */
  readonly encode: (text: string, maxLength: number, truncation?: Truncation) => Int32Array;
  /**
   * As `encode`, between the special tokens that the file puts around a single text: `[CLS] … [SEP]`. They count, and a cut keeps them.
   */
  readonly read: (text: string, maxLength: number, truncation?: Truncation) => Int32Array;
  /**
   * Two texts as the file puts them together: `[CLS] first [SEP] second [SEP]`. Tokens beyond `maxLength` go as transformers' `longest_first`
   * takes them; `truncation` says from where in each text. Absent where the file does not say how two texts stand together.
   */
  readonly readPair?: (pair: TextPair, maxLength: number, truncation?: Truncation) => EncodedPair;
  /** How many special tokens `read` puts around a text. */
  readonly frame: TokenFrame;
  /** The text of ids. Special tokens are left out unless `keepSpecialTokens`; ids outside the vocabulary always are. */
  readonly decode: (ids: Iterable<number>, options?: { readonly keepSpecialTokens?: boolean }) => string;
  /** The id of a token or special token, if the vocabulary has it. */
  readonly idOf: (token: string) => number | undefined;
  /** Fills the places behind a shorter text of a batch. */
  readonly padId: number;
  /** The id of what the vocabulary lacks; undefined where bytes or nothing stand for it. */
  readonly unknownId: number | undefined;
  /** Ids are in `[0, vocabularySize)`. */
  readonly vocabularySize: number;
}
