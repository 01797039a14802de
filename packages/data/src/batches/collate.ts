import type { Batch } from "./plan-batches.ts";

/** What an encoder is fed with. */
export interface EncodedBatch {
  /** `[rows, length]`, int64, row by row; padded with 0. */
  readonly inputIds: BigInt64Array;
  /** `[rows, length]`, int64: 1 for a piece, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  readonly shape: [rows: number, length: number];
}

/**
 * Lays the piece ids of a batch side by side.
 *
 * Longer rows are cut at the end. A row without pieces attends to one padding piece: a mean over nothing would be NaN.
 *
 * @param encoded Piece ids of all rows; `batch.rows` are indices into it.
 */
export function collate(encoded: readonly Int32Array[], batch: Batch): EncodedBatch {
  const { rows, length } = batch;
  const inputIds = new BigInt64Array(rows.length * length);
  const attentionMask = new BigInt64Array(rows.length * length);
  for (let r = 0; r < rows.length; r++) {
    const ids = encoded[rows[r]!];
    if (ids === undefined) throw new Error(`batch row ${rows[r]} is not among the ${encoded.length} encoded rows`);
    const count = Math.min(ids.length, length);
    for (let i = 0; i < count; i++) inputIds[r * length + i] = BigInt(ids[i]!);
    attentionMask.fill(1n, r * length, r * length + Math.max(1, count));
  }
  return { inputIds, attentionMask, shape: [rows.length, length] };
}
