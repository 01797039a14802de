import { Heap } from "../heap.ts";

export interface MergeLearningOptions {
  /** Each word as the ids of its characters, and how often it occurs. The ids are changed. */
  readonly words: readonly { readonly ids: Int32Array; readonly count: number }[];
  /** The token of each id; new ones are added at the end. */
  readonly tokens: string[];
  readonly join: (left: string, right: string) => string;
  readonly vocabularySize: number;
  readonly minFrequency: number;
  readonly onProgress: (tokens: number, total: number) => void;
}

interface Candidate {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** Joined tokens between two reports of progress. */
const REPORT_EVERY = 100;

/**
 * Joins the most frequent neighbouring pair of tokens again and again (Sennrich et al. 2016, arXiv:1508.07909). Of equally frequent pairs the one with
 * the lower left id comes first, then the one with the lower right id.
 *
 * Counts are kept up to date word by word, and the queue may hold counts that have become smaller since: a pair that comes up with an old count
 * is put back with the present one.
 *
 * @returns The joined pairs, in order.
 */
export function learnMerges(options: MergeLearningOptions): [left: string, right: string][] {
  const { words, tokens, join, vocabularySize, minFrequency, onProgress } = options;
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const pairs = new PairCounts();
  const lengths = Int32Array.from(words, (word) => word.ids.length);
  for (const [index, word] of words.entries()) {
    for (let at = 0; at + 1 < word.ids.length; at++) pairs.add(word.ids[at]!, word.ids[at + 1]!, word.count, index);
  }
  const queue = new Heap<Candidate>(
    (a, b) =>
      a.count > b.count || (a.count === b.count && (a.left < b.left || (a.left === b.left && a.right < b.right))),
  );
  for (const pair of pairs.changed()) queue.push(pair);

  const merges: [string, string][] = [];
  while (tokens.length < vocabularySize) {
    const best = queue.pop();
    if (best === undefined) break;
    const { left, right } = best;
    const count = pairs.count(left, right);
    if (count < best.count) {
      if (count >= minFrequency) queue.push({ left, right, count });
      continue;
    }
    if (count < minFrequency) break;
    const token = join(tokens[left]!, tokens[right]!);
    const id = ids.get(token) ?? tokens.push(token) - 1;
    ids.set(token, id);
    merges.push([tokens[left]!, tokens[right]!]);
    for (const index of pairs.take(left, right)) {
      const word = words[index]!;
      lengths[index] = joinInWord({ word: word.ids.subarray(0, lengths[index]), pair: best, id }, (a, b, sign) =>
        pairs.add(a, b, sign * word.count, index),
      );
    }
    for (const pair of pairs.changed()) if (pair.left === id || pair.right === id) queue.push(pair);
    if (merges.length % REPORT_EVERY === 0) onProgress(tokens.length, vocabularySize);
  }
  onProgress(tokens.length, tokens.length);
  return merges;
}

/** Joins a pair from left to right inside a word, in place, and returns its new length. */
function joinInWord(
  options: { word: Int32Array; pair: Pick<Candidate, "left" | "right">; id: number },
  change: (left: number, right: number, sign: 1 | -1) => void,
): number {
  const { word, pair, id } = options;
  let length = 0;
  for (let at = 0; at < word.length; at++) {
    if (word[at] !== pair.left || word[at + 1] !== pair.right) {
      word[length++] = word[at]!;
      continue;
    }
    change(pair.left, pair.right, -1);
    if (length > 0) {
      change(word[length - 1]!, pair.left, -1);
      change(word[length - 1]!, id, 1);
    }
    if (at + 2 < word.length) {
      change(pair.right, word[at + 2]!, -1);
      change(id, word[at + 2]!, 1);
    }
    word[length++] = id;
    at++;
  }
  return length;
}

/** Ids are below this. */
const IDS = 2 ** 25;

/** How often each pair stands in all words, and in which words. */
class PairCounts {
  readonly #counts = new Map<number, number>();
  /** Words that had the pair once; they may have lost it. */
  readonly #words = new Map<number, Set<number>>();
  #changed = new Set<number>();

  count(left: number, right: number): number {
    return this.#counts.get(left * IDS + right) ?? 0;
  }

  add(left: number, right: number, count: number, word: number): void {
    const key = left * IDS + right;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    if (count < 0) return;
    this.#changed.add(key);
    const words = this.#words.get(key);
    if (words === undefined) this.#words.set(key, new Set([word]));
    else words.add(word);
  }

  /** The words of a pair that is about to be joined in all of them. */
  take(left: number, right: number): Iterable<number> {
    const key = left * IDS + right;
    const words = this.#words.get(key) ?? [];
    this.#words.delete(key);
    return words;
  }

  /** The pairs that have become more since the last call. */
  changed(): Candidate[] {
    const candidates = Array.from(this.#changed, (key) => {
      const [left, right] = [Math.floor(key / IDS), key % IDS];
      return { left, right, count: this.count(left, right) };
    });
    this.#changed = new Set();
    return candidates;
  }
}
