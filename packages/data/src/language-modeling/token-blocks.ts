export interface TokenBlockOptions {
  /** Of each document its ids. */
  readonly documents: readonly Int32Array[];
  /** Stands behind each document. */
  readonly endOfTextId: number;
  /** Stands before each document, where that is another token. Default: nothing does. */
  readonly beginOfTextId?: number | undefined;
  /** Ids that a model reads at once. */
  readonly length: number;
}

/**
 * Joins documents, an end-of-text token behind each, and cuts the whole into blocks, as GPT is trained (Radford et al. 2019).
 *
 * @returns int32 `[blocks, length + 1]`, flat: each block holds its inputs and, one place further, their labels, so neighbouring blocks share an
 * id. What does not fill a block at the end is left out.
 */
export function tokenBlocks({ documents, endOfTextId, beginOfTextId, length }: TokenBlockOptions): Int32Array {
  const begin = beginOfTextId === undefined ? [] : [beginOfTextId];
  const stream = new Int32Array(documents.reduce((sum, ids) => sum + begin.length + ids.length + 1, 0));
  let at = 0;
  for (const ids of documents) {
    stream.set(begin, at);
    stream.set(ids, at + begin.length);
    at += begin.length + ids.length;
    stream[at++] = endOfTextId;
  }
  const count = Math.floor((stream.length - 1) / length);
  const blocks = new Int32Array(Math.max(0, count) * (length + 1));
  for (let block = 0; block < count; block++) {
    blocks.set(stream.subarray(block * length, (block + 1) * length + 1), block * (length + 1));
  }
  return blocks;
}
