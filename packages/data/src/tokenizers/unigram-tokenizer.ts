import type { UnigramTokenizerJson } from "@modelwright/contracts";
import type { TextTokenizer } from "./text-tokenizer.ts";
import { TokenTrie } from "./token-trie.ts";
import { NO_FRAME, truncate } from "./truncate.ts";

const SPACE = "▁";

/**
 * Splits texts into the most probable tokens of a unigram vocabulary (Kudo 2018, arXiv:1804.10959): the Viterbi path
 * through all tokens that occur in the text, scores being log-probabilities.
 *
 * Ids are those of the TensorFlow.js tokenizer of the Universal Sentence Encoder, which the encoder is used with. Where
 * it departs from SentencePiece, so does this, because the fixture of its ids says so: an unknown character costs
 * nothing, exists only where no token begins, and a run of them is one id; a best score of exactly 0 counts as not yet
 * reached; of equal scores the later, shorter token wins. Hugging Face tokenizers decide these cases otherwise (other ids
 * in 1 of 10,018 short questions and in 109 of 473 mails, at a fifth of the speed), so this is our own.
 */
export function unigramTokenizer(json: UnigramTokenizerJson): TextTokenizer {
  const { vocab, unk_id: unkId } = json.model;
  const control = new Set(json.added_tokens.map((token) => token.id));
  const scores = Float64Array.from(vocab, ([, score]) => score);
  const lengths = Int32Array.from(vocab, ([token]) => [...token].length);
  const ids = new Map(vocab.map(([token], id) => [token, id]));
  const trie = new TokenTrie();
  for (const [id, [token]] of vocab.entries()) if (!control.has(id)) trie.insert(token, id);

  /** The id of the last token on the best path to each place; index 0 is the start of the text. */
  const bestTokens = (codePoints: Uint32Array): Int32Array => {
    const best = new Float64Array(codePoints.length + 1);
    const token = new Int32Array(codePoints.length + 1).fill(unkId);
    const offer = (end: number, score: number, id: number): void => {
      if (best[end] !== 0 && score < best[end]!) return;
      best[end] = score;
      token[end] = id;
    };
    for (let start = 0; start < codePoints.length; start++) {
      let isKnown = false;
      trie.eachToken(codePoints, start, (id, end) => {
        isKnown = true;
        offer(end, best[start]! + scores[id]!, id);
      });
      if (!isKnown) offer(start + 1, best[start]!, unkId);
    }
    return token;
  };

  const encode: TextTokenizer["encode"] = (text, maxLength, truncation = "end") => {
    const token = bestTokens(codePointsOf(text));
    const ids: number[] = [];
    for (let end = token.length - 1; end > 0; ) {
      const id = token[end]!;
      if (id !== unkId || ids.at(-1) !== unkId) ids.push(id);
      end -= id === unkId ? 1 : lengths[id]!;
    }
    return truncate(ids.reverse(), maxLength, truncation);
  };

  return {
    encode,
    read: encode,
    frame: NO_FRAME,
    padId: 0,
    unknownId: unkId,
    vocabularySize: vocab.length,
    idOf: (token) => ids.get(token),
    decode(given, { keepSpecialTokens = false } = {}) {
      const kept = Array.from(given).filter((id) => keepSpecialTokens || !control.has(id));
      const text = kept.map((id) => vocab[id]?.[0] ?? "").join("");
      return text.replaceAll(SPACE, " ").trimStart();
    },
  };
}

function codePointsOf(text: string): Uint32Array {
  const normalized = text.normalize("NFKC");
  if (normalized === "") return new Uint32Array(0);
  const spaced = SPACE + normalized.replaceAll(" ", SPACE);
  const codePoints = new Uint32Array(spaced.length);
  let count = 0;
  for (const character of spaced) codePoints[count++] = character.codePointAt(0)!;
  return codePoints.subarray(0, count);
}
