import { TASKS } from "@modelwright/contracts";
import {
  type CardParts,
  codeSpan,
  labelCalibrationEvidence,
  type MultiLabelOutcome,
  multiLabelCard,
} from "@modelwright/evaluation";
import type { DocumentContext } from "../task.ts";
import { cutTexts, encoderOrigin, readWords, textEncoderUsage } from "../text-encoder/card-words.ts";
import type { FittedMultiLabelClassifier } from "./fit.ts";
import type { LabelSetRows } from "./rows.ts";

/** What the card of a multi-label classifier says beside the shared skeleton. */
export function cardOf(
  context: DocumentContext<"multi-label-classification", LabelSetRows, FittedMultiLabelClassifier, MultiLabelOutcome>,
): CardParts {
  const { manifest, fitted } = context;
  const { outcome, measures } = context.model;
  const { labels, model } = manifest;
  const { evidence, limits } = multiLabelCard(outcome, {
    measures,
    calibration: manifest.calibration && labelCalibrationEvidence(outcome, manifest.calibration),
  });
  const { made, foreign, origin } = encoderOrigin(fitted, { model, get: "labels" });
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Multi-label text classification",
    ...origin,
    summary: [
      `Puts any number of ${labels.length} labels on ${readWords(manifest.preprocessing)}; ${made}.`,
      `Labels: ${labels.map(codeSpan).join(", ")}`,
    ],
    usage: textEncoderUsage(manifest, {
      result: "result.labels",
      answer: `{"labels": ["…", "…"]}`,
      more: "with `?all=true` each has the probability and the threshold of every label",
      after: "take the sigmoid of the logits; a text has the labels whose probability reaches the manifest's threshold",
    }),
    evidence,
    limits: [foreign, cutTexts(manifest.preprocessing), ...limits],
  };
}
