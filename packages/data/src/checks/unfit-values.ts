import { byColumn, type Check } from "./check.ts";
import { columnsThat, quoted } from "./words.ts";

const SHOWN = 3;

export const unfitValues: Check = {
  looksFor: "values that their column's kind cannot be, as a word among numbers; they count as missing",
  cure: "correct them in the data, or say what the column is: data: { kinds: { column: category } }",
  of: "profile",
  find: (table) =>
    byColumn(table, {
      look: ({ profile: { name, kind, unfit } }) => {
        if (unfit.rows === 0) return undefined;
        const examples = unfit.examples.slice(0, SHOWN).map(({ where, value }) => `${where}: ${quoted(value)}`);
        const are = unfit.rows === 1 ? "1 value is" : `${unfit.rows.toLocaleString("en-US")} values are`;
        return { severity: "medium", columns: [name], detail: `${are} no ${kind}: ${examples.join(", ")}` };
      },
      summary: (count) => columnsThat(count, "hold values of another kind", "holds values of another kind"),
    }),
};
