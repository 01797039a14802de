import type { Tensor } from "@modelwright/engine";
import { type TokenFrame, type Truncation, truncate } from "../tokenizers/truncate.ts";
import { collate } from "./collate.ts";
import type { Batch } from "./plan-batches.ts";
import { type Windows, windowsCover } from "./text-windows.ts";

/** Which tokens of a text a model reads. */
export interface TextReading {
  /** Tokens for the encoder. */
  readonly maxLength: number;
  readonly truncation: Truncation;
  /** Tokens for the bag beside the encoder; 0: the model has none. Not less than `maxLength`. Default 0. */
  readonly bagLength?: number | undefined;
  /** Special tokens at either end of a text, which a cut keeps. Default: there are none. */
  readonly frame?: TokenFrame | undefined;
  /** How two texts are read together: by the tokenizer's template, or joined by a line break. Default: an item is one text. */
  readonly pair?: "template" | "joined" | undefined;
  /** How longer texts are read in parts. Default: they are cut. */
  readonly windows?: Windows | undefined;
}

/** Texts as rows of token ids, and for pairs by a template the type of each token. */
export interface TokenizedTexts {
  readonly encoded: readonly Int32Array[];
  readonly types?: readonly Uint8Array[] | undefined;
  /** The text of each row where texts are read in windows, ascending. Default: each text is a row. */
  readonly textOf?: Int32Array | undefined;
}

/** How many tokens of a text are worth keeping: what the encoder, its windows or the bag read, whichever is more. */
export function tokensRead({ maxLength, bagLength = 0, windows, frame }: TextReading): number {
  return windows === undefined ? Math.max(maxLength, bagLength) : windowsCover({ maxLength, windows, frame });
}

/** Tokenized texts as a text model is fed with them. */
export class TextFeeds {
  /** Tokens of each text that the encoder reads. */
  readonly lengths: Int32Array;
  readonly #encoded: readonly Int32Array[];
  readonly #forEncoder: readonly Int32Array[];
  readonly #maxLength: number;
  readonly #hasBag: boolean;
  readonly #types: readonly Uint8Array[] | undefined;

  /** @param texts Token ids of each text, at most `tokensRead(reading)`, cut by `reading.truncation`. */
  constructor({ encoded, types }: TokenizedTexts, { maxLength, truncation, bagLength = 0, frame }: TextReading) {
    this.#encoded = encoded;
    this.#types = types;
    // The cut of a cut is the cut of the whole: both keep the same shares of both ends.
    this.#forEncoder = encoded.map((ids) =>
      ids.length <= maxLength ? ids : truncate(ids, maxLength, truncation, frame),
    );
    this.#maxLength = maxLength;
    this.#hasBag = bagLength > 0;
    this.lengths = Int32Array.from(this.#forEncoder, (ids) => ids.length);
  }

  /**
   * `input_ids` and `attention_mask`, int64 `[rows, length]`, where `length` is the batch's, but never more than the encoder reads; for a model
   * with a bag also `bag_ids`, `[rows, longest]`, and of pairs with types `token_type_ids`, `[rows, length]`.
   */
  feeds({ rows, length }: Batch): Record<string, Tensor<"int64">> {
    // A batch's length is rounded up: an encoder of 100 positions has no room for the padding of 104.
    const forEncoder = { rows, length: Math.min(length, this.#maxLength) };
    const { inputIds, attentionMask, shape } = collate(this.#forEncoder, forEncoder);
    const feeds: Record<string, Tensor<"int64">> = {
      input_ids: { dtype: "int64", shape, data: inputIds },
      attention_mask: { dtype: "int64", shape, data: attentionMask },
    };
    if (this.#types !== undefined) feeds["token_type_ids"] = typesOf(this.#types, forEncoder);
    if (this.#hasBag) {
      const longest = rows.reduce((most, row) => Math.max(most, this.#encoded[row]?.length ?? 0), 1);
      const bag = collate(this.#encoded, { rows, length: longest });
      feeds["bag_ids"] = { dtype: "int64", shape: bag.shape, data: bag.inputIds };
    }
    return feeds;
  }
}

/** The types of the tokens of a batch, 0 behind the end of a text: int64 `[rows, length]`. */
function typesOf(types: readonly Uint8Array[], { rows, length }: Batch): Tensor<"int64"> {
  const data = new BigInt64Array(rows.length * length);
  rows.forEach((row, place) => {
    types[row]!.forEach((type, at) => {
      data[place * length + at] = BigInt(type);
    });
  });
  return { dtype: "int64", shape: [rows.length, length], data };
}
