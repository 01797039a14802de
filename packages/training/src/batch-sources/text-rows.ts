import { TextFeeds, type TextReading } from "@modelwright/data";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { paddedLength } from "./padded-length.ts";

/**
 * Tokenized texts as `reading` says: `input_ids`, `attention_mask` and perhaps `bag_ids`, int64 `[rows, longest]`.
 *
 * @param encoded Token ids of each text, at most `tokensRead(reading)`.
 */
export function textRows(encoded: readonly Int32Array[], reading: TextReading): BatchSource {
  const texts = new TextFeeds(encoded, reading);
  return {
    rows: encoded.length,
    lengths: texts.lengths,
    batch: (rows) => {
      const longest = rows.reduce((most, row) => Math.max(most, texts.lengths[row]!), 1);
      return texts.feeds({ rows, length: paddedLength(longest) });
    },
  };
}
