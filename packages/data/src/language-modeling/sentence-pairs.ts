import { seededRandom } from "../splits/seeded-random.ts";

/** Two texts for BERT's pre-training, as token ids. */
export interface SentencePair {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Whether the second follows the first in its document. */
  readonly isNext: boolean;
  /** Index of the document that the first text is from. */
  readonly document: number;
}

export interface SentencePairOptions {
  /** Of each document the ids of its sentences. */
  readonly documents: readonly (readonly Int32Array[])[];
  /** Most tokens of both texts together. */
  readonly length: number;
  readonly seed: number;
}

/** Share of pairs that are cut to a random length, so that short inputs are seen too. */
const SHORT_SHARE = 0.1;

/**
 * Cuts documents into pairs of neighbouring texts (Devlin et al. 2019, arXiv:1810.04805, appendix A.2).
 *
 * Sentences are gathered until they fill the length and parted at a random place. Half of the time the second part is one from another
 * document instead, and the sentences that it replaced are gathered again. Where a pair is too long, the longer text loses tokens at
 * its start or its end, at random.
 */
export function sentencePairs({ documents, length, seed }: SentencePairOptions): SentencePair[] {
  const random = seededRandom(seed);
  const chance = (share: number): boolean => random.below(1 << 16) < share * (1 << 16);
  const filled = Array.from(documents.entries()).filter(([, sentences]) => sentences.length > 0);
  const texts = filled.map(([, sentences]) => sentences);
  const pairs: SentencePair[] = [];
  for (const [index, [document, sentences]] of filled.entries()) {
    let at = 0;
    while (at < sentences.length) {
      const wanted = chance(SHORT_SHARE) ? 2 + random.below(length - 1) : length;
      const start = at;
      for (let tokens = 0; at < sentences.length && tokens < wanted; at++) tokens += sentences[at]!.length;
      const firstEnd = at - start > 1 ? start + 1 + random.below(at - start - 1) : at;
      const first = concatenate(sentences.slice(start, firstEnd));
      const isNext = firstEnd < at && !(filled.length > 1 && chance(0.5));
      const second = isNext
        ? concatenate(sentences.slice(firstEnd, at))
        : elsewhere({ filled: texts, index, random, wanted: wanted - first.length });
      if (!isNext) at = firstEnd;
      pairs.push({ ...cut(first, second, { length: wanted, random }), isNext, document });
    }
  }
  return pairs.filter(({ first, second }) => first.length > 0 && second.length > 0);
}

/** Sentences from a random place of another document; of the same one where there is no other. */
function elsewhere(options: {
  readonly filled: readonly (readonly Int32Array[])[];
  readonly index: number;
  readonly random: ReturnType<typeof seededRandom>;
  readonly wanted: number;
}): Int32Array {
  const { filled, index, random, wanted } = options;
  const other = filled.length > 1 ? (index + 1 + random.below(filled.length - 1)) % filled.length : index;
  const sentences = filled[other]!;
  const taken: Int32Array[] = [];
  let tokens = 0;
  for (let at = random.below(sentences.length); at < sentences.length && (tokens < wanted || tokens === 0); at++) {
    taken.push(sentences[at]!);
    tokens += sentences[at]!.length;
  }
  return concatenate(taken);
}

function cut(
  first: Int32Array,
  second: Int32Array,
  { length, random }: { readonly length: number; readonly random: ReturnType<typeof seededRandom> },
): { first: Int32Array; second: Int32Array } {
  let [a, b] = [first, second];
  while (a.length + b.length > length) {
    const longer = a.length > b.length ? a : b;
    const shorter = random.below(2) === 0 ? longer.subarray(1) : longer.subarray(0, -1);
    if (longer === a) a = shorter;
    else b = shorter;
  }
  return { first: a, second: b };
}

function concatenate(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
