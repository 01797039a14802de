import type { Batch } from "./plan-batches.ts";

/** What an encoder is fed with. */
export interface EncodedBatch {
  /** `[rows, length]`, int64, row by row; padded with 0. */
  readonly inputIds: BigInt64Array;
  /** `[rows, length]`, int64: 1 for a token, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  readonly shape: [rows: number, length: number];
}

/**
 * Lays the token ids of a batch side by side.
 *
 * A row without tokens attends to one padding token: a mean over nothing would be NaN.
 *
 * @param encoded Token ids of all rows, none longer than `batch.length`; `batch.rows` are indices into it.
 */
export function collate(encoded: readonly Int32Array[], batch: Batch): EncodedBatch {
  const { rows, length } = batch;
  const inputIds = new BigInt64Array(rows.length * length);
  const attentionMask = new BigInt64Array(rows.length * length);
  for (let r = 0; r < rows.length; r++) {
    const ids = encoded[rows[r]!];
    if (ids === undefined) throw new Error(`batch row ${rows[r]} is not among the ${encoded.length} encoded rows`);
    if (ids.length > length)
      throw new Error(`row ${rows[r]} has ${ids.length} tokens, its batch has room for ${length}`);
    for (let i = 0; i < ids.length; i++) inputIds[r * length + i] = BigInt(ids[i]!);
    attentionMask.fill(1n, r * length, r * length + Math.max(1, ids.length));
  }
  return { inputIds, attentionMask, shape: [rows.length, length] };
}
