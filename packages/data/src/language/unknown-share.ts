import type { TextTokenizer } from "../tokenizers/text-tokenizer.ts";
import { sampleOfTexts } from "./text-language.ts";

/**
 * The share of letters of some texts, by a sample, that a tokenizer does not know, in [0, 1].
 *
 * Letters are counted, not tokens: a tokenizer may make one unknown token of a whole sentence.
 */
export function unknownShare(texts: readonly string[], tokenizer: TextTokenizer): number {
  const { unknownId } = tokenizer;
  if (unknownId === undefined) return 0;
  const counts = new Map<string, number>();
  for (const text of sampleOfTexts(texts)) {
    for (const letter of text.match(/\p{L}/gu) ?? []) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  let all = 0;
  let unknown = 0;
  for (const [letter, count] of counts) {
    all += count;
    if (tokenizer.encode(letter, Number.POSITIVE_INFINITY).includes(unknownId)) unknown += count;
  }
  return all === 0 ? 0 : unknown / all;
}
