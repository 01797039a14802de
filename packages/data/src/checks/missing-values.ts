import { byColumn, type Check } from "./check.ts";
import { columnsThat, percent } from "./words.ts";

const [MOST, SOME] = [0.5, 0.05];

export const missingValues: Check = {
  looksFor: `columns that lack a value in ${percent(SOME)} of the rows or more; medium from ${percent(MOST)}`,
  cure: "models of tables take missing values as they are or fill them in (docs/tables.md); a column that lacks nearly all: data: { ignore: [column] }",
  of: "profile",
  find: (table) =>
    byColumn(table, {
      look: ({ profile: { name, missing, distinct } }) => {
        const share = missing / table.profile.rows;
        // Without any value it is constant.
        if (share < SOME || distinct === 0) return undefined;
        return {
          severity: share >= MOST ? "medium" : "low",
          columns: [name],
          detail: `${percent(share)} of the rows`,
        };
      },
      summary: (count, severity) =>
        severity === "medium"
          ? columnsThat(count, "lack a value in half of the rows or more", "lacks a value in half of the rows or more")
          : columnsThat(count, "lack values", "lacks values"),
    }),
};
