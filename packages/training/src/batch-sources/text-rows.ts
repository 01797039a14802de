import { TextFeeds, type TextReading, type TokenizedTexts } from "@modelwright/data";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { paddedLength } from "./padded-length.ts";

/**
 * Tokenized texts as `reading` says: `input_ids`, `attention_mask` and perhaps `bag_ids` or `token_type_ids`, int64 `[rows, longest]`.
 *
 * @param tokenized Token ids of each text, at most `tokensRead(reading)`.
 */
export function textRows(tokenized: TokenizedTexts, reading: TextReading): BatchSource {
  const texts = new TextFeeds(tokenized, reading);
  return {
    rows: tokenized.encoded.length,
    lengths: texts.lengths,
    batch: (rows) => {
      const longest = rows.reduce((most, row) => Math.max(most, texts.lengths[row]!), 1);
      return texts.feeds({ rows, length: paddedLength(longest) });
    },
  };
}
