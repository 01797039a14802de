import { TASKS } from "@modelwright/contracts";
import { type CardParts, codeSpan, type RegressionOutcome, regressionCard } from "@modelwright/evaluation";
import { percent } from "../../wording/quantities.ts";
import { showNumber } from "../../wording/show-number.ts";
import { partsInWords } from "../table-rows/parts-in-words.ts";
import { completeRow, readColumns } from "../table-rows/table-split.ts";
import { featureParagraph, rowsParagraph, tableLimits, tableUsage } from "../table-rows/table-words.ts";
import type { DocumentContext } from "../task.ts";
import type { FittedTableRegressor } from "./fit.ts";
import type { NumberTable } from "./rows.ts";

/** What the card of a regressor of rows says beside the shared skeleton. */
export function cardOf({
  manifest,
  test,
  model,
}: DocumentContext<"tabular-regression", NumberTable, FittedTableRegressor, RegressionOutcome>): CardParts {
  const { preprocessing, target, interval } = manifest;
  const { evidence, limits } = regressionCard(model.outcome, target.column);
  const seen = `from ${showNumber(target.minimum)} to ${showNumber(target.maximum)}`;
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Tabular regression",
    summary: [
      `Predicts ${codeSpan(target.column)} from ${preprocessing.columns.length} columns of a row; ${partsInWords(manifest.model.parts)}. It has seen numbers ${seen}.`,
      `Between \`low\` and \`high\` of an answer lies the number of about ${percent(interval.coverage)} of such rows: as far from the value as numbers of such rows lie apart, widened until they held as many of ${interval.rows.toLocaleString("en")} validation rows.`,
      ...rowsParagraph(preprocessing),
      ...featureParagraph(preprocessing),
    ],
    usage: tableUsage(manifest, {
      row: completeRow(readColumns(test.frame, preprocessing.columns)),
      result: "result.value, result.low, result.high",
      answer: `{"value": ${showNumber(target.mean)}, "low": …, "high": …}`,
      after: "read the outputs `value`, `low` and `high`",
    }),
    evidence,
    limits: [...tableLimits(preprocessing), ...limits],
  };
}
