/** Characters of scripts that put no spaces between words: each of them counts as a word. */
const SPACELESS =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const WORD = new RegExp(`[${SPACELESS}]\\p{M}*|(?:(?![${SPACELESS}])[\\p{L}\\p{N}\\p{M}])+`, "gu");

/**
 * Words of a text as ROUGE counts them: letters and digits in lower case, everything else parts them. Of scripts without spaces each
 * character is a word.
 */
export function rougeWords(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** The beginning of a text that has so many words as ROUGE counts them. */
export function leadingWords(text: string, count: number): string {
  let end = 0;
  let found = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (found === count) break;
    end = index + word.length;
    found++;
  }
  return found < count ? text : text.slice(0, end);
}

/**
 * ROUGE-N of two lists of words: the F1 score of the runs of `n` words that they share.
 *
 * @returns In [0, 1]; 0 where one of them has no such run.
 * @see Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries".
 */
export function rougeN(target: readonly string[], written: readonly string[], n: number): number {
  const [right, given] = [countRuns(target, n), countRuns(written, n)];
  let shared = 0;
  for (const [run, count] of given) shared += Math.min(count, right.get(run) ?? 0);
  return f1(shared, { right: runsOf(target, n), given: runsOf(written, n) });
}

/** ROUGE-L: the F1 score of the longest list of words that both have in this order, with others between them. */
export function rougeL(target: readonly string[], written: readonly string[]): number {
  return f1(longestCommon(target, written), { right: target.length, given: written.length });
}

function runsOf(words: readonly string[], n: number): number {
  return Math.max(0, words.length - n + 1);
}

function countRuns(words: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < runsOf(words, n); at++) {
    // No word has a space in it.
    const run = words.slice(at, at + n).join(" ");
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

function f1(shared: number, { right, given }: { readonly right: number; readonly given: number }): number {
  return shared === 0 ? 0 : (2 * shared) / (right + given);
}

/** Length of the longest common subsequence, with one row of the table in memory. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const row = new Int32Array(b.length + 1);
  for (const word of a) {
    let diagonal = 0;
    for (let at = 1; at <= b.length; at++) {
      const above = row[at]!;
      row[at] = word === b[at - 1] ? diagonal + 1 : Math.max(above, row[at - 1]!);
      diagonal = above;
    }
  }
  return row[b.length]!;
}
