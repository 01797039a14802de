import { TASKS } from "@modelwright/contracts";
import {
  type CardParts,
  type ClassificationOutcome,
  classCalibrationEvidence,
  classificationCard,
  codeSpan,
  measureClassification,
} from "@modelwright/evaluation";
import { partsInWords } from "../table-rows/parts-in-words.ts";
import { completeRow, readColumns } from "../table-rows/table-split.ts";
import { featureParagraph, rowsParagraph, tableLimits, tableUsage } from "../table-rows/table-words.ts";
import type { DocumentContext } from "../task.ts";
import type { FittedTableClassifier } from "./fit.ts";
import type { LabelledTable } from "./rows.ts";

/** What the card of a classifier of rows says beside the shared skeleton. */
export function cardOf(
  context: DocumentContext<"tabular-classification", LabelledTable, FittedTableClassifier, ClassificationOutcome>,
): CardParts {
  const { manifest, test } = context;
  const { outcome, measures } = context.model;
  const { labels, preprocessing, target } = manifest;
  const classification = measureClassification(outcome);
  const { evidence, limits } = classificationCard(classification, {
    measures,
    calibration: manifest.calibration && classCalibrationEvidence(outcome, manifest.calibration),
  });
  const right = `${(classification.accuracy * 100).toFixed(1)} % of ${classification.rows.toLocaleString("en")} test rows`;
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Tabular classification",
    summary: [
      `Predicts ${codeSpan(target.column)}, one of ${labels.length} labels, from ${preprocessing.columns.length} columns of a row; ${partsInWords(manifest.model.parts)}. It gave the right label to ${right}.`,
      `Labels: ${labels.map(codeSpan).join(", ")}`,
      ...rowsParagraph(preprocessing),
      ...featureParagraph(preprocessing),
    ],
    usage: tableUsage(manifest, {
      row: completeRow(readColumns(test.frame, preprocessing.columns)),
      result: "result.label, result.probability",
      answer: '{"label": "…", "probability": 0.97}',
      after: "take the softmax of the logits",
    }),
    evidence,
    limits: [...tableLimits(preprocessing), ...limits],
  };
}
