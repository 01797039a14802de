import { TASKS } from "@modelwright/contracts";
import { type CardParts, codeSpan, type RegressionOutcome, regressionCard } from "@modelwright/evaluation";
import { showNumber } from "../../wording/show-number.ts";
import type { DocumentContext } from "../task.ts";
import { cutTexts, encoderOrigin, readWords, textEncoderUsage } from "../text-encoder/card-words.ts";
import type { FittedRegressor } from "./fit.ts";
import type { NumberRows } from "./rows.ts";

/** What the card of a text regressor says beside the shared skeleton. */
export function cardOf(
  context: DocumentContext<"text-regression", NumberRows, FittedRegressor, RegressionOutcome>,
): CardParts {
  const { manifest, fitted } = context;
  const { model, target, preprocessing } = manifest;
  const { evidence, limits } = regressionCard(context.model.outcome, target.column);
  const { made, foreign, origin } = encoderOrigin(fitted, { model, get: "a number" });
  const seen = `from ${showNumber(target.minimum)} to ${showNumber(target.maximum)}`;
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Text regression",
    ...origin,
    summary: [
      `Predicts ${codeSpan(target.column)} for ${readWords(preprocessing)}; ${made}. It has seen numbers ${seen}.`,
    ],
    usage: textEncoderUsage(manifest, {
      result: "result.value",
      answer: `{"value": ${showNumber(target.mean)}}`,
      after: "read the output `value`",
    }),
    evidence,
    limits: [foreign, cutTexts(preprocessing), ...limits],
  };
}
