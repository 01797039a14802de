import type { Tensor } from "@modelwright/engine";
import { type Truncation, truncate } from "../tokenizers/truncate.ts";
import { collate } from "./collate.ts";
import type { Batch } from "./plan-batches.ts";

/** Which pieces of a text a model reads. */
export interface TextReading {
  /** Pieces for the encoder. */
  readonly maxLength: number;
  readonly truncation: Truncation;
  /** Pieces for the bag beside the encoder; 0: the model has none. Not less than `maxLength`. Default 0. */
  readonly bagLength?: number | undefined;
}

/** How many pieces of a text are worth keeping: what the encoder or the bag reads, whichever is more. */
export function piecesRead({ maxLength, bagLength = 0 }: TextReading): number {
  return Math.max(maxLength, bagLength);
}

/** Tokenized texts as a text model is fed with them. */
export class TextFeeds {
  /** Pieces of each text that the encoder reads. */
  readonly lengths: Int32Array;
  readonly #encoded: readonly Int32Array[];
  readonly #forEncoder: readonly Int32Array[];
  readonly #hasBag: boolean;

  /** @param encoded Piece ids of each text, at most `piecesRead(reading)`, cut by `reading.truncation`. */
  constructor(encoded: readonly Int32Array[], { maxLength, truncation, bagLength = 0 }: TextReading) {
    this.#encoded = encoded;
    // The cut of a cut is the cut of the whole: both keep the same shares of both ends.
    this.#forEncoder = encoded.map((ids) => (ids.length <= maxLength ? ids : truncate(ids, maxLength, truncation)));
    this.#hasBag = bagLength > 0;
    this.lengths = Int32Array.from(this.#forEncoder, (ids) => ids.length);
  }

  /** `input_ids` and `attention_mask`, int64 `[rows, length]`; for a model with a bag also `bag_ids`, `[rows, longest]`. */
  feeds(batch: Batch): Record<string, Tensor<"int64">> {
    const { inputIds, attentionMask, shape } = collate(this.#forEncoder, batch);
    const feeds: Record<string, Tensor<"int64">> = {
      input_ids: { dtype: "int64", shape, data: inputIds },
      attention_mask: { dtype: "int64", shape, data: attentionMask },
    };
    if (this.#hasBag) {
      const longest = batch.rows.reduce((most, row) => Math.max(most, this.#encoded[row]?.length ?? 0), 1);
      const bag = collate(this.#encoded, { rows: batch.rows, length: longest });
      feeds["bag_ids"] = { dtype: "int64", shape: bag.shape, data: bag.inputIds };
    }
    return feeds;
  }
}
