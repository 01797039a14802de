import { REGRESSION_METRICS, type Recipes } from "@modelwright/contracts";
import { measureOutcome, regressionFamily } from "@modelwright/evaluation";
import { numberObjective } from "@modelwright/models";
import { type EarlyStopping, type Evaluation, numberTargets } from "@modelwright/training";
import { inUnit, scaleOf, standardised, type TargetScale } from "../target-scale.ts";
import type { FitContext, LearningPart } from "../task.ts";
import { type FittedTextEncoder, fitTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import { itemsOf } from "../text-encoder/text-rows.ts";
import { type NumberRows, targetsOf } from "./rows.ts";

type Recipe = Recipes["text-regression"];

/** A fine-tuned encoder that predicts a standardised number, and the scale of the numbers. */
export interface FittedRegressor extends FittedTextEncoder {
  readonly scale: TargetScale;
  readonly range: { readonly minimum: number; readonly maximum: number };
}

const LOSSES = { mse: "squared", huber: "huber" } as const;

/** Fine-tunes a pretrained encoder under a fresh head for a number. */
export async function fitRegressor(
  recipe: Recipe,
  { train, validation }: LearningPart<NumberRows>,
  context: FitContext,
): Promise<FittedRegressor | undefined> {
  const targets = targetsOf(train);
  const scale = scaleOf(targets);
  const { loss, huberDelta: delta, earlyStopping } = recipe.train;
  const fitted = await fitTextEncoder(
    recipe,
    { train: itemsOf(train), validation: itemsOf(validation) },
    {
      context,
      head: {
        objective: numberObjective({ loss: LOSSES[loss], delta }),
        trainTargets: numberTargets(standardised(targets, scale)),
        validationTargets: numberTargets(standardised(targetsOf(validation), scale)),
        evaluation: evaluationOf(targetsOf(validation), scale),
        earlyStopping: stopBy(earlyStopping),
      },
    },
  );
  const range = {
    minimum: targets.reduce((least, target) => Math.min(least, target)),
    maximum: targets.reduce((most, target) => Math.max(most, target)),
  };
  return fitted && { ...fitted, scale, range };
}

/** The loss as it is trained, and measures in the target's unit. */
function evaluationOf(actual: Float64Array, scale: TargetScale): Evaluation<"logits"> {
  return {
    outputs: ["logits"],
    measure: ({ loss, outputs }) => {
      const predicted = inUnit(outputs["logits"]!.data as Float32Array, scale);
      const { rmse, mae, r2 } = measureOutcome(regressionFamily, { actual, predicted });
      const measures = { rmse: rmse!, mae: mae!, ...(r2 === undefined ? {} : { r2 }) };
      return { loss, measures };
    },
  };
}

function stopBy({ metric, patience }: Recipe["train"]["earlyStopping"]): EarlyStopping {
  return { metric, patience, better: metric === "loss" ? "lower" : REGRESSION_METRICS[metric].better };
}
