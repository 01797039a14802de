import { firstOfRepeatedCodes } from "../profile/repeated-codes.ts";
import type { Check } from "./check.ts";
import { percent, quoted } from "./words.ts";

const SHOWN = 5;
/** Where so many rows repeat another one's values, they are too few to tell rows apart, and labels differ by nature. */
const MANY = 0.2;

export const conflictingLabels: Check = {
  looksFor:
    "rows with the values of an earlier one in every column but the label, and another label; not where values are few and repeat by nature",
  cure: "correct the label in the data, or drop such rows: nothing can tell them apart",
  find: ({ columns, predicted, label, frame, whereIs }) => {
    const inputs = columns.filter(({ column }) => column.name !== label);
    if (predicted?.kind !== "classes" || inputs.length === 0) return [];
    const { codes, classes } = predicted;
    const firsts = firstOfRepeatedCodes(
      inputs.map((each) => each.codes),
      frame.rows,
    );
    const repeated = [...firsts.keys()].filter((row) => firsts[row] !== row);
    const conflicts = repeated.filter(
      (row) => codes[row]! >= 0 && codes[firsts[row]!]! >= 0 && codes[row] !== codes[firsts[row]!],
    );
    if (conflicts.length === 0) return [];
    const isByNature = repeated.length > MANY * frame.rows;
    const have = conflicts.length === 1 ? "1 row has" : `${conflicts.length.toLocaleString("en-US")} rows have`;
    const says = (row: number) => `${whereIs(row)} says ${quoted(classes[codes[row]!]!)}`;
    return [
      {
        severity: isByNature ? "low" : "medium",
        summary: `${have} the values of an earlier row, and another label (${percent(conflicts.length / frame.rows)})`,
        items: conflicts
          .slice(0, SHOWN)
          .map((row) => ({ columns: [label!], detail: `${says(row)}, ${says(firsts[row]!)}` })),
      },
    ];
  },
};
