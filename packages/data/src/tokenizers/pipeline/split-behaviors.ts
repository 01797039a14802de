/** A stretch of a text, and whether the pattern matched it. */
type Stretch = readonly [text: string, isMatch: boolean];

/** What becomes of the stretches that a pattern matches, by the names of Hugging Face tokenizers. */
export const SPLIT_BEHAVIORS: Readonly<Record<string, (stretches: readonly Stretch[]) => readonly string[]>> = {
  Removed: (stretches) => stretches.filter(([, isMatch]) => !isMatch).map(([text]) => text),
  Isolated: (stretches) => stretches.map(([text]) => text),
  MergedWithPrevious: (stretches) => joined(stretches, ([, isMatch], before) => isMatch && !before[1]),
  MergedWithNext: (stretches) => joined(stretches, ([, isMatch], before) => !isMatch && before[1]),
  Contiguous: (stretches) => joined(stretches, ([, isMatch], before) => isMatch === before[1]),
};

/** Parts a text at its matches; nothing is left out. */
export function stretchesOf(
  text: string,
  matches: Iterable<RegExpExecArray>,
  { invert }: { readonly invert: boolean },
): Stretch[] {
  const stretches: Stretch[] = [];
  let done = 0;
  for (const { 0: match, index } of matches) {
    if (match === "") continue;
    if (index > done) stretches.push([text.slice(done, index), invert]);
    stretches.push([match, !invert]);
    done = index + match.length;
  }
  if (done < text.length) stretches.push([text.slice(done), invert]);
  return stretches;
}

function joined(stretches: readonly Stretch[], joins: (stretch: Stretch, before: Stretch) => boolean): string[] {
  const words: string[] = [];
  for (const [index, stretch] of stretches.entries()) {
    if (index > 0 && joins(stretch, stretches[index - 1]!)) words[words.length - 1] += stretch[0];
    else words.push(stretch[0]);
  }
  return words;
}
