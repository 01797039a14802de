import type { Architecture } from "../architectures/architecture.ts";
import type { Parameters } from "../parameters/parameter.ts";

/** The pieces of a SentencePiece unigram tokenizer. */
export interface PieceVocabulary {
  /** Piece and log probability; the index is the id. */
  readonly pieces: readonly (readonly [piece: string, score: number])[];
  /** The id of everything that no piece covers. */
  readonly unkId: number;
  /** So many first ids are control symbols, which no text contains. */
  readonly reserved: number;
}

/** A pretrained encoder, read into memory. */
export interface LoadedEncoder {
  readonly architecture: Architecture;
  /** Every parameter of the encoder, under the names of `architecture`. */
  readonly parameters: Parameters;
  readonly vocabulary: PieceVocabulary;
}

/** A pretrained encoder that can be loaded by name. */
export interface PretrainedModel {
  readonly architecture: Architecture;
  /** One line for listings and model cards. */
  readonly description: string;
  /** ISO 639-1 codes of the languages it was trained on. */
  readonly languages: readonly string[];
  /** SPDX name. */
  readonly license: string;
  /** Where the weights were published. */
  readonly source: string;
  load(): Promise<LoadedEncoder>;
}
