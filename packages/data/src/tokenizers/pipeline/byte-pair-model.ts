import { Heap } from "../heap.ts";
import { greatest } from "./greatest.ts";
import { invalidTokenizer } from "./invalid-tokenizer.ts";
import type { TokenModel } from "./part.ts";

export interface BytePairModelOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Earlier ones are applied first. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  /** The id of a character that is not in the vocabulary; without it such characters are left out. */
  readonly unknownId: number | undefined;
  /** Whether neighbouring unknown characters are one id. */
  readonly fusesUnknown: boolean;
  /** Ids of the bytes of an unknown character, which are asked for first. */
  readonly bytesOf: ((character: string) => readonly number[] | undefined) | undefined;
  /** Stands in front of a character that does not begin a word. */
  readonly prefix: string;
  /** Stands behind the last character of a word. */
  readonly suffix: string;
}

/** Places in a word and ranks share one number in the queue. */
const PLACES = 2 ** 26;

/**
 * Byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909): starts with single characters and joins the neighbouring pair of lowest rank, of equal
 * ranks the leftmost, until no pair of the list is left. O(n log n) in the length of a word.
 */
export function bytePairModel(options: BytePairModelOptions): TokenModel {
  const { vocabulary, merges, prefix } = options;
  const size = greatest(vocabulary.values()) + 1;
  const ranks = new Map<number, number>();
  const joined = merges.map(([left, right], rank) => {
    const [a, b, both] = [left, right, left + right.slice(prefix.length)].map((token) => vocabulary.get(token));
    if (a === undefined || b === undefined || both === undefined) {
      throw invalidTokenizer(`model.merges[${rank}]: "${left}", "${right}" and both together must be in model.vocab`);
    }
    ranks.set(a * size + b, rank);
    return both;
  });
  return (word) => {
    const ids = characterIds(word, options);
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

/** The ids of the single characters of a word. */
function characterIds(
  word: string,
  { vocabulary, unknownId, fusesUnknown, bytesOf, prefix, suffix }: BytePairModelOptions,
): number[] {
  const ids: number[] = [];
  let wasUnknown = false;
  let at = 0;
  for (const character of word) {
    const isFirst = at === 0;
    at += character.length;
    const token = (isFirst ? "" : prefix) + character + (at === word.length ? suffix : "");
    const id = vocabulary.get(token);
    const bytes = id === undefined ? bytesOf?.(token) : [id];
    if (bytes !== undefined) ids.push(...bytes);
    else if (unknownId !== undefined && !(fusesUnknown && wasUnknown)) ids.push(unknownId);
    wasUnknown = bytes === undefined;
  }
  return ids;
}
