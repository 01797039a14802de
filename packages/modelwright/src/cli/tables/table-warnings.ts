import { plainText } from "../../wording/plain-text.ts";
import { colours } from "../output/colours.ts";
import type { Screen } from "../output/screen.ts";

/** Warnings as lines, marked as such. */
export function warningLines(warnings: Iterable<string>): string[] {
  return [...warnings].map((warning) => `  ${colours.yellow("!")} ${plainText(warning)}`);
}

/**
 * Tells what a table has to say before its rows are read.
 *
 * @returns Tells what has come since.
 */
export function tableWarnings(screen: Screen, warnings: ReadonlySet<string>): () => void {
  const told = new Set<string>();
  const tell = () => {
    screen.note(...warningLines([...warnings].filter((warning) => told.size < told.add(warning).size)));
  };
  tell();
  return tell;
}
