/** Longest runs of characters that are counted. */
const ORDER = 6;
/** Recall weighs so many times as much as precision. */
const BETA = 2;

/** Runs of characters by length, three numbers each: in the written text, in the target, and in both. */
export const CHRF_COUNTS = 3 * ORDER;

/** What chrF counts of a text beside its target, `[CHRF_COUNTS]`; counts of several texts are added. */
export function chrfCounts(target: string, written: string): Float64Array {
  const counts = new Float64Array(CHRF_COUNTS);
  const [right, given] = [charactersOf(target), charactersOf(written)];
  for (let n = 1; n <= ORDER; n++) {
    const known = runsOf(right, n);
    const found = runsOf(given, n);
    let matches = 0;
    for (const [run, count] of found) matches += Math.min(count, known.get(run) ?? 0);
    const total = Math.max(0, right.length - n + 1);
    // A target that is too short for such runs says nothing about those of the text.
    counts.set([total === 0 ? 0 : Math.max(0, given.length - n + 1), total, matches], 3 * (n - 1));
  }
  return counts;
}

/**
 * chrF: how far the runs of up to six characters of texts are those of their targets, white space left out.
 *
 * @param counts Sums of `chrfCounts`.
 * @returns In [0, 1]; sacreBLEU gives a hundred times as much.
 * @see Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation".
 */
export function chrf(counts: Float64Array): number {
  let [precision, recall, orders] = [0, 0, 0];
  for (let n = 0; n < ORDER; n++) {
    const [given = 0, right = 0, matches = 0] = counts.subarray(3 * n);
    if (given === 0 || right === 0) continue;
    precision += matches / given;
    recall += matches / right;
    orders++;
  }
  if (precision + recall === 0) return 0;
  const weight = BETA ** 2;
  return ((1 + weight) * precision * recall) / orders / (weight * precision + recall);
}

function charactersOf(text: string): readonly string[] {
  return Array.from(text.replaceAll(/\s+/gu, ""));
}

function runsOf(characters: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= characters.length; at++) {
    const run = characters.slice(at, at + n).join("");
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}
