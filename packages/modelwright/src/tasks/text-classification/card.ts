import { type ManifestOf, TASKS } from "@modelwright/contracts";
import {
  type CardParts,
  type ClassificationOutcome,
  classCalibrationEvidence,
  classificationCard,
  codeSpan,
  measureClassification,
} from "@modelwright/evaluation";
import type { DocumentContext } from "../task.ts";
import { cutTexts, encoderOrigin, readWords, textEncoderUsage } from "../text-encoder/card-words.ts";
import type { FittedClassifier, FittedModel } from "./fit.ts";
import type { LabelledRows } from "./rows.ts";
import { teacherSentence } from "./teacher-words.ts";

/** What the card of a text classifier says beside the shared skeleton. */
export function cardOf(
  context: DocumentContext<"text-classification", LabelledRows, FittedClassifier, ClassificationOutcome>,
): CardParts {
  const { manifest } = context;
  const fitted = context.fitted.model;
  const { outcome, measures } = context.model;
  const { made, foreign, origin } = wordsOf(fitted, manifest.model);
  const { labels } = manifest;
  const classification = measureClassification(outcome);
  const { evidence, limits } = classificationCard(classification, {
    measures,
    calibration: manifest.calibration && classCalibrationEvidence(outcome, manifest.calibration),
    rejectBelow: manifest.reject?.below,
  });
  const right = `${(classification.accuracy * 100).toFixed(1)} % of ${classification.rows.toLocaleString("en")} test texts`;
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Text classification",
    ...origin,
    summary: [
      `Puts one of ${labels.length} labels on ${readWords(manifest.preprocessing)}; ${made}. It gave the right label to ${right}.`,
      ...(manifest.distillation === undefined
        ? []
        : [teacherSentence(manifest.distillation, manifest.model.parameters)]),
      `Labels: ${labels.map(codeSpan).join(", ")}`,
    ],
    usage: textEncoderUsage(manifest, {
      result: "result.label, result.probability",
      answer: `{"label": "…", "probability": 0.97}`,
      more: `with \`?all=true\` each has the probability of every label${manifest.reject === undefined ? "" : "; the label of a rejected text is null"}`,
      after: "take the softmax of the logits",
    }),
    evidence,
    limits: [foreign, cutTexts(manifest.preprocessing), ...limits],
  };
}

/** What a card says of where a model comes from, and of texts in other languages. */
function wordsOf(fitted: FittedModel, model: ManifestOf<"text-classification">["model"]) {
  if (fitted.kind === "encoder") return encoderOrigin(fitted, { model, get: "a label" });
  return {
    made: `a linear model on TF-IDF of words and of runs of characters, ${model.parameters.toLocaleString("en")} parameters`,
    foreign: "It knows words and characters of its training texts only; other texts get a label all the same.",
    origin: {},
  };
}
