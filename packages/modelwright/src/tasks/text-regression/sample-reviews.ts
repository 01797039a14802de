/** How much a reviewer liked it, with the words for it. */
const FEELINGS: readonly (readonly [stars: number, words: readonly string[]])[] = [
  [1, ["was a disaster", "was terrible from the first minute", "made us leave early"]],
  [2, ["was disappointing", "was worse than the pictures promised", "needs a lot of work"]],
  [3, ["was acceptable", "was neither good nor bad", "did its job and nothing more"]],
  [4, ["was better than we expected", "was good and worth the money", "made our stay pleasant"]],
  [5, ["was wonderful", "was the best we ever had", "made us book again at once"]],
];

const SUBJECTS: readonly (readonly [words: string, stars: number])[] = [
  ["The room", 0],
  ["The breakfast", 0],
  ["The staff at the desk", 0.2],
  ["The bed", -0.2],
  ["The view from the window", 0.2],
  ["The noise at night", -0.3],
  ["The shower", -0.1],
  ["The garden", 0.1],
];

/** A CSV with the columns `text,target`: 120 invented hotel reviews with stars from 0.7 to 5.2. */
export function sampleReviews(): string {
  const rows = SUBJECTS.flatMap(([subject, offset]) =>
    FEELINGS.flatMap(([stars, all]) => all.map((words) => `${subject} ${words}.,${(stars + offset).toFixed(1)}`)),
  );
  return `text,target\n${rows.join("\n")}\n`;
}
