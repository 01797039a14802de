import { TokenTrie } from "../token-trie.ts";
import type { TokenModel } from "./part.ts";

/** How much less probable than the rarest token an unknown character is, as in SentencePiece. */
const UNKNOWN_PENALTY = 10;

/**
 * The most probable tokens of a word under a unigram vocabulary (Kudo 2018, arXiv:1804.10959), decided as SentencePiece and Hugging Face tokenizers do:
 * an unknown character costs 10 more than the rarest token and exists where no token of one character begins, a run of them is one id, and of
 * equal paths the one whose last token is longest wins.
 */
export function unigramModel(options: {
  readonly tokens: readonly (readonly [token: string, score: number])[];
  readonly unknownId: number;
  /** Ids of the bytes of unknown text, which are asked for first. */
  readonly bytesOf: ((text: string) => readonly number[] | undefined) | undefined;
}): TokenModel {
  const { tokens, unknownId, bytesOf } = options;
  const scores = Float64Array.from(tokens, ([, score]) => score);
  const unknownScore =
    scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - UNKNOWN_PENALTY;
  const trie = new TokenTrie();
  for (const [id, [token]] of tokens.entries()) trie.insert(token, id);

  return (word) => {
    const codePoints = Array.from(word, (character) => character.codePointAt(0)!);
    const best = new Float64Array(codePoints.length + 1).fill(Number.NEGATIVE_INFINITY);
    const token = new Int32Array(codePoints.length + 1);
    const from = new Int32Array(codePoints.length + 1);
    best[0] = 0;
    const offer = (start: number, end: number, id: number, score: number): void => {
      const total = best[start]! + score;
      if (total <= best[end]!) return;
      best[end] = total;
      token[end] = id;
      from[end] = start;
    };
    for (let start = 0; start < codePoints.length; start++) {
      let isKnown = false;
      trie.eachToken(codePoints, start, (id, end) => {
        if (end === start + 1) isKnown = true;
        offer(start, end, id, scores[id]!);
      });
      if (!isKnown) offer(start, start + 1, unknownId, unknownScore);
    }
    const ids: number[] = [];
    for (let end = codePoints.length; end > 0; ) {
      let start = from[end]!;
      if (token[end] !== unknownId) ids.push(token[end]!);
      else {
        while (start > 0 && token[start] === unknownId) start = from[start]!;
        const bytes = bytesOf?.(String.fromCodePoint(...codePoints.slice(start, end)));
        ids.push(...(bytes?.toReversed() ?? [unknownId]));
      }
      end = start;
    }
    return ids.reverse();
  };
}
