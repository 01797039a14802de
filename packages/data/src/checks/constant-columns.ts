import { byColumn, type Check, type Severity } from "./check.ts";
import { filledRows } from "./checked-table.ts";
import { columnsThat, percent, quoted, yamlList } from "./words.ts";

/** With so few other rows a model has nothing to learn from them. */
const ALMOST = 0.995;

export const constantColumns: Check = {
  looksFor: `columns that say the same in all rows, (high) what is predicted among them, or (low) in ${percent(ALMOST)} of the rows`,
  cure: "training leaves constant columns out by itself",
  of: "profile",
  find: (table) =>
    byColumn(table, {
      look: (column) => {
        const { name, distinct, missing, frequent } = column.profile;
        const [first] = frequent;
        const severity = name === table.label ? "high" : "medium";
        if (first === undefined) return { severity, columns: [name], detail: "no row has a value" };
        if (distinct === 1 && missing === 0) {
          return { severity, columns: [name], detail: `${quoted(first.value)} in all rows` };
        }
        const share = first.rows / table.profile.rows;
        if (share < ALMOST || filledRows(column, table.profile.rows) < table.profile.rows * ALMOST) return undefined;
        return { severity: "low", columns: [name], detail: `${quoted(first.value)} in ${percent(share)} of the rows` };
      },
      summary: (count, severity) => SUMMARIES[severity](count),
      cure: (columns, severity) => CURES[severity](columns),
    }),
};

const SUMMARIES: Readonly<Record<Severity, (count: number) => string>> = {
  high: () => "what is predicted is the same in all rows, or missing: there is nothing to learn",
  medium: (count) =>
    columnsThat(count, "say the same in all rows, or nothing", "says the same in all rows, or nothing"),
  low: (count) => columnsThat(count, "say the same in nearly all rows", "says the same in nearly all rows"),
};

const CURES: Readonly<Record<Severity, (columns: readonly string[]) => string>> = {
  high: () => "add rows with other values, or name another column as what is predicted",
  medium: () => "training leaves them out by itself",
  low: (columns) => `where they are of no use: data: { ignore: ${yamlList(columns)} }`,
};
