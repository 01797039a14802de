/** Characters in one shingle. Five suit short messages as well as mails (Leskovec et al., Mining of Massive Datasets, 3.2). */
const WIDTH = 5;

/**
 * The set of a text's character shingles as 32-bit hashes, sorted, each once.
 *
 * Characters rather than words: a message of eight words has too few word shingles to tell one changed word from eight,
 * and Chinese has no spaces. A text shorter than one shingle is one shingle.
 */
export function shingles(text: string): Uint32Array {
  const count = Math.max(1, text.length - WIDTH + 1);
  const hashes = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    const end = Math.min(text.length, start + WIDTH);
    // FNV-1a over UTF-16 units, then the last mixing step of MurmurHash3, whose low bits are better spread.
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hashes[start] = hash ^ (hash >>> 16);
  }
  hashes.sort();
  let kept = 1;
  for (let i = 1; i < count; i++) if (hashes[i] !== hashes[i - 1]) hashes[kept++] = hashes[i]!;
  return hashes.slice(0, kept);
}

/** Jaccard similarity `|a ∩ b| / |a ∪ b|` of two sorted sets. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let both = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const x = a[i]!;
    const y = b[j]!;
    if (x === y) both++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return both / (a.length + b.length - both);
}
