/**
 * Of each row the first one with the same value in all of these columns: itself, where none has.
 *
 * @param columns Of each column, by row, a number of its value.
 */
export function firstOfRepeatedCodes(columns: readonly Int32Array[], rows: number): Int32Array {
  const firsts = Int32Array.from({ length: rows }, (_, row) => row);
  if (columns.length === 0) return firsts.fill(0);
  const hashes = hashesOf(columns, rows);
  // Rows of one hash are a chain from the newest to the first: a list for each would take far more memory.
  const newest = new Map<number, number>();
  const before = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    const hash = hashes[row]!;
    const chain = newest.get(hash) ?? -1;
    let other = chain;
    while (other !== -1 && !columns.every((codes) => codes[other] === codes[row])) other = before[other]!;
    if (other !== -1) firsts[row] = other;
    else {
      before[row] = chain;
      newest.set(hash, row);
    }
  }
  return firsts;
}

/** Column by column, since that is how the values lie in memory; mixed as MurmurHash3 does. */
function hashesOf(columns: readonly Int32Array[], rows: number): Int32Array {
  const hashes = new Int32Array(rows);
  for (const codes of columns) {
    for (let row = 0; row < rows; row++) {
      let hash = Math.imul(hashes[row]! ^ codes[row]!, 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      hashes[row] = hash ^ (hash >>> 16);
    }
  }
  return hashes;
}
