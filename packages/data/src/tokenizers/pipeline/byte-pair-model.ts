import { Heap } from "../heap.ts";
import { invalidTokenizer } from "./invalid-tokenizer.ts";
import type { TokenModel } from "./part.ts";

export interface BytePairModelOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Earlier ones are applied first. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  /** The id of a character that is not in the vocabulary; without it such characters are left out. */
  readonly unknownId: number | undefined;
}

/** Places in a word and ranks share one number in the queue. */
const PLACES = 2 ** 26;

/**
 * Byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909): starts with single characters and joins the neighbouring pair of lowest rank, of equal
 * ranks the leftmost, until no pair of the list is left. O(n log n) in the length of a word.
 */
export function bytePairModel({ vocabulary, merges, unknownId }: BytePairModelOptions): TokenModel {
  const size = Math.max(...vocabulary.values()) + 1;
  const ranks = new Map<number, number>();
  const joined = merges.map(([left, right], rank) => {
    const [a, b, both] = [left, right, left + right].map((token) => vocabulary.get(token));
    if (a === undefined || b === undefined || both === undefined) {
      throw invalidTokenizer(`model.merges[${rank}]: "${left}", "${right}" and both together must be in model.vocab`);
    }
    ranks.set(a * size + b, rank);
    return both;
  });
  return (word) => {
    const ids: number[] = [];
    for (const character of word) {
      const id = vocabulary.get(character) ?? unknownId;
      if (id !== undefined) ids.push(id);
    }
    const next = ids.map((_, at) => at + 1);
    const previous = ids.map((_, at) => at - 1);
    const queue = new Heap<number>((a, b) => a < b);
    const rankAt = (at: number): number | undefined =>
      at < 0 || next[at]! >= ids.length ? undefined : ranks.get(ids[at]! * size + ids[next[at]!]!);
    const offer = (at: number): void => {
      const rank = rankAt(at);
      if (rank !== undefined) queue.push(rank * PLACES + at);
    };
    for (let at = 0; at < ids.length; at++) offer(at);
    const gone = new Uint8Array(ids.length);
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      const at = entry % PLACES;
      const token = joined[Math.floor(entry / PLACES)]!;
      const rank = gone[at] === 1 ? undefined : rankAt(at);
      // The pair may have changed since it was queued.
      if (rank === undefined || joined[rank] !== token) continue;
      const right = next[at]!;
      ids[at] = token;
      gone[right] = 1;
      next[at] = next[right]!;
      if (next[at]! < ids.length) previous[next[at]!] = at;
      offer(previous[at]!);
      offer(at);
    }
    return ids.filter((_, at) => gone[at] === 0);
  };
}
