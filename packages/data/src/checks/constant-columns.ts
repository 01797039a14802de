import { byColumn, type Check } from "./check.ts";
import { filledRows } from "./checked-table.ts";
import { columnsThat, percent, quoted, yamlList } from "./words.ts";

/** With so few other rows a model has nothing to learn from them. */
const ALMOST = 0.995;

export const constantColumns: Check = {
  looksFor: `columns that say the same in all rows, or (low) in ${percent(ALMOST)} of them`,
  cure: "training leaves constant columns out by itself",
  find: (table) =>
    byColumn(table, {
      look: (column) => {
        const { name, distinct, missing, frequent } = column.profile;
        const [first] = frequent;
        if (first === undefined) return { severity: "medium", columns: [name], detail: "no row has a value" };
        if (distinct === 1 && missing === 0) {
          return { severity: "medium", columns: [name], detail: `${quoted(first.value)} in all rows` };
        }
        const share = first.rows / table.profile.rows;
        if (share < ALMOST || filledRows(column, table.profile.rows) < table.profile.rows * ALMOST) return undefined;
        return { severity: "low", columns: [name], detail: `${quoted(first.value)} in ${percent(share)} of the rows` };
      },
      summary: (count, severity) =>
        severity === "medium"
          ? columnsThat(count, "say the same in all rows, or nothing", "says the same in all rows, or nothing")
          : columnsThat(count, "say the same in nearly all rows", "says the same in nearly all rows"),
      cure: (columns, severity) =>
        severity === "medium"
          ? "training leaves them out by itself"
          : `where they are of no use: data: { ignore: ${yamlList(columns)} }`,
    }),
};
