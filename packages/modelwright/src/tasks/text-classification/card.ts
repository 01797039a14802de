import { TASKS } from "@modelwright/contracts";
import {
  type CardParts,
  type ClassificationOutcome,
  classCalibrationEvidence,
  classificationCard,
  codeSpan,
  measureClassification,
} from "@modelwright/evaluation";
import type { DocumentContext } from "../task.ts";
import { cardLanguages, cutTexts, textEncoderUsage } from "../text-encoder/card-words.ts";
import type { FittedClassifier } from "./fit.ts";
import type { LabelledRows } from "./rows.ts";

/** What the card of a text classifier says beside the shared skeleton. */
export function cardOf(
  context: DocumentContext<"text-classification", LabelledRows, FittedClassifier, ClassificationOutcome>,
): CardParts {
  const { manifest, fitted } = context;
  const { outcome, measures } = context.model;
  const { languages, license, source } = fitted.pretrained;
  const { labels, model } = manifest;
  const base = { name: model.base, license, source };
  const classification = measureClassification(outcome);
  const { evidence, limits } = classificationCard(classification, {
    measures,
    calibration: manifest.calibration && classCalibrationEvidence(outcome, manifest.calibration),
    rejectBelow: manifest.reject?.below,
  });
  const tuning = model.fineTune === "frozen" ? "a head trained on the frozen encoder" : "fine-tuned from";
  const right = `${(classification.accuracy * 100).toFixed(1)} % of ${classification.rows.toLocaleString("en")} test texts`;
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Text classification",
    languages,
    license,
    base,
    summary: [
      `Puts one of ${labels.length} labels on a text; ${tuning} ${codeSpan(base.name)}, ${model.parameters.toLocaleString("en")} parameters. It gave the right label to ${right}.`,
      `Labels: ${labels.map(codeSpan).join(", ")}`,
    ],
    usage: textEncoderUsage(manifest, {
      result: "result.label, result.probability",
      answer: `{"label": "…", "probability": 0.97}`,
      more: `with \`?all=true\` each has the probability of every label${manifest.reject === undefined ? "" : "; the label of a rejected text is null"}`,
      after: "take the softmax of the logits",
    }),
    evidence,
    limits: [
      `${cardLanguages(languages)}; texts in other languages get a label all the same.`,
      cutTexts(manifest.preprocessing),
      ...limits,
    ],
  };
}
