import type { Value } from "@modelwright/engine";
import type { LayerContext } from "../layers/layer-context.ts";

/** A text encoder as a plain function on the graph, and the numbers that describe it. */
export interface Architecture {
  /** `model_type` in `config.json`. */
  readonly modelType: string;
  /** The rest of what `config.json` says about the encoder, in Hugging Face's field names. */
  readonly config: Readonly<Record<string, string | number>>;
  /** Rows of the embedding table: piece ids are below it. */
  readonly vocabularySize: number;
  /** Width of the embedding. */
  readonly embeddingWidth: number;
  /** Longest sequence that the encoder reads, in pieces. */
  readonly maxLength: number;
  /**
   * Builds the encoder.
   *
   * @param inputIds int64 `[batch, sequence]`.
   * @param attentionMask int64 `[batch, sequence]`: 1 for a piece, 0 for padding at the end.
   * @returns float32 `[batch, embeddingWidth]`; padding does not change it.
   */
  encode(c: LayerContext, inputIds: Value, attentionMask: Value): Value;
}
