import { type Tensor, tensor } from "@modelwright/engine";
import type { BatchSource } from "./tensor-dataset.ts";

/** What does not count in the loss of a tagger or a language model. */
const IGNORED_LABEL = -100n;

export interface PaddedTextsOptions {
  /** Ids of each text's tokens. */
  readonly texts: readonly ArrayLike<number>[];
  /** A class for each text, or for each text as many as it has tokens. */
  readonly labels: ArrayLike<number> | readonly ArrayLike<number>[];
}

/**
 * Texts of different lengths as batches for models that read `input_ids` and `attention_mask`, with `labels`: each batch is padded to its
 * longest text with id 0, and with the label −100 where tokens have labels.
 *
 * Where tokens have labels, a text weighs as much as it has tokens in the mean over several batches.
 */
export function paddedTexts({ texts, labels }: PaddedTextsOptions): BatchSource {
  const lengths = Int32Array.from(texts, (text) => text.length);
  const perToken = labels.length > 0 && typeof labels[0] !== "number";
  const tokens = (rows: Int32Array) => rows.reduce((sum, row) => sum + lengths[row]!, 0);
  return {
    rows: texts.length,
    lengths,
    weight: (rows) => (perToken ? tokens(rows) : rows.length),
    batch: (rows) => {
      const length = Math.max(1, ...Array.from(rows, (row) => lengths[row]!));
      const padded = (sequenceOf: (row: number) => ArrayLike<number>, filler: bigint): Tensor => {
        const data = new BigInt64Array(rows.length * length).fill(filler);
        for (const [at, row] of rows.entries()) data.set(Array.from(sequenceOf(row), BigInt), at * length);
        return tensor("int64", [rows.length, length], data);
      };
      return {
        input_ids: padded((row) => texts[row]!, 0n),
        attention_mask: padded((row) => new Uint8Array(lengths[row]!).fill(1), 0n),
        labels: perToken
          ? padded((row) => labels[row] as ArrayLike<number>, IGNORED_LABEL)
          : tensor(
              "int64",
              [rows.length],
              BigInt64Array.from(rows, (row) => BigInt(labels[row] as number)),
            ),
      };
    },
  };
}
