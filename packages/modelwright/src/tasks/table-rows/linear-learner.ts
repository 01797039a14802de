import type { FittedFeatures, Frame } from "@modelwright/data";
import { type GraphBuilder, tensor, type Value } from "@modelwright/engine";
import { type DenseTargets, fitDenseLinear } from "@modelwright/training";
import { inUnit, scaleOf, standardised } from "../target-scale.ts";
import { learnFeatures } from "./learn-features.ts";
import type { LearnerContext, LearntTable, TableLearner, TableLesson } from "./learner.ts";
import { learningRows } from "./learning-rows.ts";
import { dividedLesson, outOfFold, partCount } from "./lessons.ts";
import { partsWithFeatures } from "./part-features.ts";
import { softmaxInPlace } from "./probabilities.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** Logistic or ridge regression on scaled numbers and one-hot categories, with the penalties that scikit-learn has by default. */
export const linear: TableLearner = {
  title: "linear, on scaled numbers and one-hot categories",
  fit: async ({ train, recipe }, context) => {
    const model = await fitLinear(train, { recipe }, context);
    const count = partCount(recipe, train);
    if (model === undefined || count === 1 || context.wantsOutOfFold !== true) return model;
    const wish = { preset: "forLinear", recipe, shouldStop: context.shouldStop } as const;
    const features = await learnFeatures(train, wish);
    const divided = dividedLesson(train, { parts: count, seed: recipe.train.seed });
    const parts = await partsWithFeatures(features, divided, wish);
    const predicted: Float64Array[] = [];
    for (const part of parts) {
      const own = { recipe, features: part.features };
      const other = await fitLinear(part.train, own, { ...context, onProgress: () => {} });
      if (other === undefined) return undefined;
      predicted.push(await other.predict(part.held.frame));
    }
    return { ...model, outOfFold: outOfFold(parts, predicted) };
  },
};

/**
 * One such model, of a learner or a baseline.
 *
 * @param wish.features What it reads. Default: what it learns from the lesson.
 */
export async function fitLinear(
  lesson: TableLesson,
  wish: { readonly recipe: TableRecipe; readonly features?: FittedFeatures },
  { onProgress, shouldStop }: LearnerContext,
): Promise<LearntTable | undefined> {
  const { targets } = lesson;
  const { recipe } = wish;
  const features = wish.features ?? (await learnFeatures(lesson, { preset: "forLinear", recipe, shouldStop }));
  const width = features.features.length;
  const scale = targets.kind === "numbers" ? scaleOf(targets.actual) : undefined;
  const rows = await learningRows(features, lesson, { recipe, shouldStop });
  const learnt: DenseTargets =
    rows.targets.kind === "numbers"
      ? { kind: "numbers", actual: standardised(rows.targets.actual, scale!) }
      : rows.targets;
  const matrix = { rows: rows.rows, features: width, values: rows.numbers };
  const model = await fitDenseLinear(matrix, learnt, { weights: rows.weights, onProgress, shouldStop });
  if (model === undefined) return undefined;
  const { weight, bias } = model;
  const outputs = bias.length;
  const scoresOf = (rowsOf: Frame): Float64Array => {
    const values = features.apply(rowsOf);
    const scores = new Float64Array(rowsOf.rows * outputs);
    for (let row = 0; row < rowsOf.rows; row++) {
      for (let k = 0; k < outputs; k++) scores[row * outputs + k] = bias[k]!;
      for (let j = 0; j < width; j++) {
        const value = values[row * width + j]!;
        if (value === 0) continue;
        for (let k = 0; k < outputs; k++) scores[row * outputs + k]! += value * weight[j * outputs + k]!;
      }
    }
    return scores;
  };
  return {
    features: [features],
    parameters: weight.length + bias.length,
    predict: async (rowsOf) =>
      scale === undefined ? softmaxInPlace(scoresOf(rowsOf), outputs) : inUnit(scoresOf(rowsOf), scale),
    compile: (b, numbersOf) => compileLinear(b, numbersOf(features), { weight, bias, width, scale }),
  };
}

function compileLinear(
  b: GraphBuilder,
  numbers: Value,
  {
    weight,
    bias,
    width,
    scale,
  }: {
    readonly weight: Float32Array;
    readonly bias: Float32Array;
    readonly width: number;
    readonly scale: { readonly mean: number; readonly deviation: number } | undefined;
  },
): Value {
  const w = b.initializer("linear.weight", tensor("float32", [width, bias.length], weight));
  const c = b.initializer("linear.bias", tensor("float32", [bias.length], bias));
  const scores = b.op("Add", [b.op("MatMul", [numbers, w]), c]);
  if (scale === undefined) return b.op("Softmax", [scores], { axis: 1 });
  return b.op("Add", [b.op("Mul", [scores, b.scalar(scale.deviation)]), b.scalar(scale.mean)]);
}
