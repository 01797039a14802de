import type { Recipes } from "@modelwright/contracts";
import { classObjective } from "@modelwright/models";
import { classificationEvaluation, classTargets, classWeightsOf, stopClassifierBy } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { type FittedTextEncoder, fitTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { classesOf, type LabelledRows } from "./rows.ts";

/** A fine-tuned encoder that tells labels apart. */
export interface FittedClassifier extends FittedTextEncoder {
  readonly labels: readonly string[];
}

/** Fine-tunes a pretrained encoder under a fresh classification head, by cross-entropy. */
export async function fitClassifier(
  recipe: Recipes["text-classification"],
  { train, validation }: LearningPart<LabelledRows>,
  context: FitContext,
): Promise<FittedClassifier | undefined> {
  const { labels } = train;
  const { labelSmoothing, earlyStopping } = recipe.train;
  const classes = { train: classesOf(train), validation: classesOf(validation) };
  const classWeights = classWeightsOf(recipe.train.classWeights, classes.train, labels.length);
  const fitted = await fitTextEncoder(
    recipe,
    { train: textsOf(train.rows), validation: textsOf(validation.rows) },
    {
      context,
      head: {
        objective: classObjective({ classes: labels.length, labelSmoothing, classWeights }),
        trainTargets: classTargets(classes.train, classWeights),
        validationTargets: classTargets(classes.validation, classWeights),
        evaluation: classificationEvaluation(labels, classes.validation),
        earlyStopping: stopClassifierBy(earlyStopping),
      },
    },
  );
  return fitted && { ...fitted, labels };
}
