import { firstOfRepeatedCodes } from "../profile/repeated-codes.ts";
import type { Check } from "./check.ts";
import { percent } from "./words.ts";

const SHOWN = 5;
/** So many copies are told of as more than a trifle, */
const MANY = 0.2;
/** unless so few rows can be different that they repeat by nature. */
const POSSIBLE_PER_ROW = 10;

export const duplicateRows: Check = {
  looksFor: "rows that repeat an earlier one in every column",
  cure: "data: { clean: { duplicates: exact } } drops them; kept, they stay in one split where they are few",
  of: "profile",
  find: ({ profile, codes, frame, whereIs }) => {
    const { duplicates, rows } = profile;
    if (duplicates === 0) return [];
    const firsts = firstOfRepeatedCodes(codes, frame.rows);
    const copies = [...firsts.keys()].filter((row) => firsts[row] !== row).slice(0, SHOWN);
    const items = copies.map((row) => ({ columns: [], detail: `${whereIs(row)} repeats ${whereIs(firsts[row]!)}` }));
    const repeat = duplicates === 1 ? "1 row repeats" : `${duplicates.toLocaleString("en-US")} rows repeat`;
    const possible = profile.columns.reduce((product, { distinct }) => product * Math.max(1, distinct), 1);
    const severity = duplicates > MANY * rows && possible > POSSIBLE_PER_ROW * rows ? "medium" : "low";
    return [{ severity, summary: `${repeat} an earlier row in every column (${percent(duplicates / rows)})`, items }];
  },
};
