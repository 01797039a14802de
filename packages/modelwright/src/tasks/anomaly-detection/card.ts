import { TASKS } from "@modelwright/contracts";
import { anomalyCard, type CardParts, codeSpan } from "@modelwright/evaluation";
import { completeRow, readColumns } from "../table-rows/table-split.ts";
import { featureParagraph, tableLimits, tableUsage } from "../table-rows/table-words.ts";
import type { DocumentContext } from "../task.ts";
import type { FittedWatcher } from "./fit.ts";
import type { WatchedOutcome } from "./outcome.ts";
import type { WatchedTable } from "./rows.ts";
import { partsInWords, thresholdInWords } from "./words.ts";

/** What the card of a model that looks for odd rows says beside the shared skeleton. */
export function cardOf({
  manifest,
  test,
  model,
}: DocumentContext<"anomaly-detection", WatchedTable, FittedWatcher, WatchedOutcome>): CardParts {
  const { preprocessing, threshold, label } = manifest;
  const { evidence, limits } = anomalyCard(model.outcome);
  const known =
    label === undefined
      ? "It was made without known anomalies."
      : `Model and threshold were chosen by the rows that ${codeSpan(label.column)} marks; it has not learnt from the marks.`;
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Anomaly detection",
    summary: [
      `Tells how odd a row is, from ${preprocessing.columns.length} columns; ${partsInWords(manifest.model.parts)}. The score is the share of training rows that look less odd. ${known}`,
      `A row is flagged ${thresholdInWords(threshold)}.`,
      ...featureParagraph(preprocessing),
    ],
    usage: tableUsage(manifest, {
      row: completeRow(readColumns(test.frame, preprocessing.columns)),
      result: "result.score, result.anomalous",
      answer: '{"score": 0.9987, "anomalous": true}',
      after: `read the outputs \`score\`, and \`oddness\`, which is −ln(1 − score); a row is flagged where oddness is above ${threshold.oddness.toFixed(4)}`,
    }),
    evidence,
    limits: [
      "Odd is what few training rows are like, not what is wrong: a rare but good row is odd, and a fault that many rows have is not.",
      ...tableLimits(preprocessing),
      ...limits,
    ],
  };
}
