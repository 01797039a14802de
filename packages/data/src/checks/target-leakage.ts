import { byColumn, type Check } from "./check.ts";
import { columnsThat, yamlList } from "./words.ts";

const [ALMOST_SURE, LIKELY] = [0.99, 0.95];

export const targetLeakage: Check = {
  looksFor: `columns that tell what is predicted almost alone, on rows not learnt from: area under the ROC curve (of numbers R²) ≥ ${LIKELY}; high from ${ALMOST_SURE}`,
  cure: "ask whether the value is known when one predicts; where it is not: data: { ignore: [column] }",
  find: (table) =>
    byColumn(table, {
      look: ({ column }) => {
        const score = table.scoreOf(column);
        if (score === undefined || score < LIKELY) return undefined;
        const measure = table.predicted!.kind === "classes" ? "area under the ROC curve" : "R²";
        return {
          severity: score >= ALMOST_SURE ? "high" : "medium",
          columns: [column.name],
          detail: `${measure} ${score.toFixed(3)} by itself`,
        };
      },
      summary: (count) =>
        columnsThat(count, `tell "${table.label}" almost alone`, `tells "${table.label}" almost alone`),
      cure: (columns) =>
        `ask whether the values are known when one predicts; where they are not: data: { ignore: ${yamlList(columns)} }`,
    }),
};
