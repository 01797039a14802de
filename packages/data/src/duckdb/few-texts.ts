import { quotedText } from "./open-duckdb.ts";

/** So many numbers of one byte, and a few to spare. */
const MOST = 250;
/** Where fewer of the first rows have a cell that no other of them has, about so few of the rest have one that was not seen (Good 1953). */
const UNSEEN_SHARE = 0.01;

/** The type of DuckDB that holds the number of a cell among these; `undefined` where they are many, or others are likely to come. */
export function fewTexts(counts: ReadonlyMap<string, number>): string | undefined {
  const texts = [...counts.keys()];
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const single = texts.filter((text) => counts.get(text) === 1).length;
  // Texts with a line end or a zero are looked for elsewhere.
  if (texts.length > MOST || single > UNSEEN_SHARE * rows || texts.some((text) => /[\n\0]/.test(text)))
    return undefined;
  return `ENUM(${texts.map(quotedText).join(", ")})`;
}
