/** Scripts written without spaces: each character stands as a word. */
const CHARACTER_SCRIPTS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;

const WORD = new RegExp(`[${CHARACTER_SCRIPTS}]|(?:(?![${CHARACTER_SCRIPTS}])[\\p{L}\\p{M}\\p{N}_])+`, "gu");

/** The words of a text, lower case: runs of letters, marks, digits and underscores; Chinese and Japanese by character. */
export function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** All runs of `least` to `most` words, joined by spaces, in no particular order. */
export function wordNgrams(text: string, [least, most]: readonly [least: number, most: number]): string[] {
  const all = words(text);
  const ngrams: string[] = [];
  for (let start = 0; start < all.length; start++) {
    let ngram = "";
    for (let size = 1; size <= most && start + size <= all.length; size++) {
      ngram = size === 1 ? all[start]! : `${ngram} ${all[start + size - 1]}`;
      if (size >= least) ngrams.push(ngram);
    }
  }
  return ngrams;
}
