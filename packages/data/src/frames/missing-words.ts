/** What stands in a cell for a value that is not known, in any case of letters. */
export const MISSING_WORDS: ReadonlySet<string> = new Set([
  "",
  "na",
  "n/a",
  "n.a.",
  "#n/a",
  "<na>",
  "nan",
  "nat",
  "null",
  "#null!",
  "none",
  "nil",
  "-",
  "--",
  "–",
  "—",
  "?",
  "缺失",
  "无",
  "空",
]);

const LONGEST = Math.max(...Array.from(MISSING_WORDS, ({ length }) => length));

/** Whether a cell says that its value is missing. */
export function isMissingWord(text: string): boolean {
  return text.length <= LONGEST && MISSING_WORDS.has(text.toLowerCase());
}
