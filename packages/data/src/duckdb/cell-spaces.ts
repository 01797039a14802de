import { MISSING_WORDS } from "../frames/missing-words.ts";
import { quotedText } from "./open-duckdb.ts";

/** What `trim` of JavaScript takes away, as RE2 writes it. */
const SPACE = String.raw`[\s\x{0b}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]`;
/** Whether white space stands around `v`; of plain ASCII, which most texts are, that is quickly told. */
const IS_PLAIN = "strlen(v) = length(v)";
const ENDS_IN_SPACE = [9, 10, 11, 12, 13, 32].map((code) => `suffix(v, chr(${code}))`).join(" OR ");
export const HAS_EDGE = `CASE WHEN ${IS_PLAIN} THEN v < '!' OR ${ENDS_IN_SPACE}
  ELSE regexp_matches(v, ${quotedText(`^${SPACE}|${SPACE}$`)}) END`;
const EDGES = quotedText(`^${SPACE}+|${SPACE}+$`);

/** A cell without white space around it. */
export function trimmed(cell: string): string {
  return `regexp_replace(${cell}, ${EDGES}, '', 'g')`;
}

/** A cell as rows are compared by it: without white space around it, null where it says that its value is missing. */
export function comparable(cell: string): string {
  const words = [...MISSING_WORDS].map(quotedText).join(", ");
  return `CASE WHEN lower(${trimmed(cell)}) IN (${words}) THEN NULL ELSE ${trimmed(cell)} END`;
}
