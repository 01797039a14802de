import type { ClassificationOutcome } from "@modelwright/evaluation";
import { type BuiltModel, classObjective, type LoadedPretrained } from "@modelwright/models";
import { classTargets } from "../batch-sources/targets.ts";
import { textRows } from "../batch-sources/text-rows.ts";
import { type ClassWeighting, classWeightsOf } from "../classification/class-weights.ts";
import {
  type ClassificationMetric,
  classificationEvaluation,
  outcomeOf,
  stopClassifierBy,
} from "../classification/classification-evaluation.ts";
import { Evaluator } from "../evaluator/evaluator.ts";
import type { Compute } from "../trainer/compute.ts";
import type { EncodedData, EncodedSplit } from "./encoded-split.ts";
import { type EncoderTraining, type FineTunedModel, trainEncoder } from "./train-encoder.ts";

export interface FineTuningOptions extends EncoderTraining {
  readonly pretrained: LoadedPretrained;
  readonly data: EncodedData;
  /** Share of the target that is spread evenly over all classes, in `[0, 1)`. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** How classes weigh in the loss. Default "none". */
  readonly classWeights?: ClassWeighting | undefined;
  readonly earlyStopping: { readonly metric: ClassificationMetric; readonly patience?: number | undefined };
}

/** Fine-tunes a pretrained encoder to tell classes apart, by cross-entropy: see `trainEncoder`. */
export function fineTune(options: FineTuningOptions): Promise<FineTunedModel> {
  const { pretrained, data, labelSmoothing, earlyStopping, ...training } = options;
  const { labels, train, validation } = data;
  const classWeights = classWeightsOf(options.classWeights ?? "none", train.classes, labels.length);
  return trainEncoder(
    {
      pretrained,
      objective: classObjective({ classes: labels.length, labelSmoothing, classWeights }),
      train,
      trainTargets: classTargets(train.classes, classWeights),
      validation,
      validationTargets: classTargets(validation.classes, classWeights),
      evaluation: classificationEvaluation(labels, validation.classes),
      earlyStopping: stopClassifierBy(earlyStopping),
    },
    training,
  );
}

/** The probabilities that a model gives to the rows of a split. */
export async function classifySplit(
  model: BuiltModel,
  labels: readonly string[],
  split: EncodedSplit,
  compute: Compute,
): Promise<ClassificationOutcome> {
  const evaluator = await Evaluator.create(model.graph, {}, compute);
  try {
    const rows = evaluator.check(textRows(split, split.reading), "split");
    const { rows: outputs } = await evaluator.fetch(rows, { rows: ["logits"] });
    return outcomeOf(labels, split.classes, outputs.logits!);
  } finally {
    evaluator.release();
  }
}
