import { DisjointSets } from "../splits/disjoint-sets.ts";
import { BANDS, bandKey, estimatedJaccard, minHashSignature } from "./min-hash.ts";
import { normalizedText } from "./normalized-text.ts";
import { jaccard, shingles } from "./shingles.ts";

/** From this similarity of their first texts on, two rows belong to one group, which no split divides. */
export const SAME_GROUP = 0.8;
/** From this similarity of each of their texts on, the later of two rows is a copy of the earlier. */
export const SAME_TEXT = 0.95;

export interface NearDuplicates {
  /** For each row the least index of its group: its own, if it is the first or alone. */
  readonly groupOf: Int32Array;
  /** For each row the index of the earlier row that it copies, or −1. */
  readonly copyOf: Int32Array;
}

export interface NearDuplicateOptions {
  /** Whether `row` may count as a copy of `original`; a pair for which it may not is only grouped. Default: always. */
  readonly mayCopy?: (row: number, original: number) => boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The estimate may be five standard deviations low. */
const WORTH_VERIFYING = SAME_GROUP - 0.2;
/** Bounds the work on thousands of texts cut from one template; a group of them is still joined link by link. */
const COMPARED_PER_BUCKET = 40;

/**
 * Finds near duplicates: rows whose first texts have sets of character shingles with a Jaccard similarity of at least 0.8. A copy is near by
 * each of its texts by itself: one long answer does not make copies of the questions that it answers.
 *
 * MinHash with locality-sensitive hashing proposes pairs (Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive
 * Datasets, 3.4); each proposed pair is verified on the whole sets. Groups are the connected parts of the verified pairs.
 * The result depends on the texts and their order alone.
 */
export function findNearDuplicates(
  rows: readonly (readonly [string, ...string[]])[],
  options: NearDuplicateOptions = {},
): NearDuplicates {
  const { mayCopy = () => true, onProgress } = options;
  const sets: Uint32Array[] = [];
  const signatures: Uint32Array[] = [];
  const buckets = Array.from({ length: BANDS }, () => new Map<number, number[]>());
  const groups = new DisjointSets(rows.length);
  const copyOf = new Int32Array(rows.length).fill(-1);
  const lastComparedWith = new Int32Array(rows.length).fill(-1);
  const others = new Map<number, readonly Uint32Array[]>();
  const othersOf = (row: number) => {
    const known = others.get(row) ?? rows[row]!.slice(1).map((text) => shingles(normalizedText(text)));
    others.set(row, known);
    return known;
  };
  const isCopy = (row: number, original: number) => {
    const those = othersOf(original);
    return othersOf(row).every((set, i) => jaccard(set, those[i]!) >= SAME_TEXT);
  };
  for (let i = 0; i < rows.length; i++) {
    const set = shingles(normalizedText(rows[i]![0]));
    const signature = minHashSignature(set);
    sets.push(set);
    signatures.push(signature);
    const keys = Array.from({ length: BANDS }, (_, band) => bandKey(signature, band));
    for (let band = 0; band < BANDS && copyOf[i] === -1; band++) {
      for (const j of buckets[band]!.get(keys[band]!) ?? []) {
        if (lastComparedWith[j] === i) continue;
        lastComparedWith[j] = i;
        if (estimatedJaccard(signature, signatures[j]!) < WORTH_VERIFYING) continue;
        const similarity = jaccard(set, sets[j]!);
        if (similarity < SAME_GROUP) continue;
        groups.union(i, j);
        if (similarity >= SAME_TEXT && mayCopy(i, j) && isCopy(i, j)) {
          copyOf[i] = j;
          break;
        }
      }
    }
    if (copyOf[i] === -1) addToBuckets(buckets, keys, i);
    if (i % 500 === 0) onProgress?.(i, rows.length);
  }
  return { groupOf: Int32Array.from(rows, (_, i) => groups.find(i)), copyOf };
}

/** The newest texts of a bucket stay, so that a chain of ever-changing texts stays linked. */
function addToBuckets(buckets: readonly Map<number, number[]>[], keys: readonly number[], text: number): void {
  for (const [band, bucket] of buckets.entries()) {
    const members = bucket.get(keys[band]!);
    if (members === undefined) bucket.set(keys[band]!, [text]);
    else {
      members.push(text);
      if (members.length > COMPARED_PER_BUCKET) members.shift();
    }
  }
}
