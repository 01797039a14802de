/** Texts between two reports of progress. */
const REPORT_EVERY = 1000;

/**
 * Counts the words of texts.
 *
 * @returns In code-unit order, so that nothing that follows depends on the order of the texts.
 */
export async function countWords(
  texts: Iterable<string> | AsyncIterable<string>,
  options: {
    readonly split: (text: string) => readonly string[];
    readonly onProgress: (texts: number) => void;
  },
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let done = 0;
  for await (const text of texts) {
    for (const word of options.split(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    if (++done % REPORT_EVERY === 0) options.onProgress(done);
  }
  options.onProgress(done);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The characters of words, in the order of their code points. */
export function alphabetOf(words: ReadonlyMap<string, number>, options: { readonly limit: number }): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) {
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  }
  const byCodePoint = (a: string, b: string) => a.codePointAt(0)! - b.codePointAt(0)!;
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || byCodePoint(a, b))
    .slice(0, options.limit)
    .map(([character]) => character)
    .sort(byCodePoint);
}
