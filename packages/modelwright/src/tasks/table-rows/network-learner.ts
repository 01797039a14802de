import { availableParallelism } from "node:os";
import type { FittedFeatures } from "@modelwright/data";
import { type Tensor, tensor } from "@modelwright/engine";
import { crossEntropy, defineModel, meanSquaredError, type Parameters, tableNetwork } from "@modelwright/models";
import { type DenseTargets, trainModel } from "@modelwright/training";
import { scaleOf, standardised } from "../target-scale.ts";
import { learnFeatures } from "./learn-features.ts";
import type { LearnerContext, LearningRows, LearntTable, TableLearner } from "./learner.ts";
import { learningRows } from "./learning-rows.ts";
import { learntNetworks, type NetworkShape } from "./learnt-networks.ts";
import { dividedLesson, type LessonPart, outOfFold, partCount } from "./lessons.ts";
import { meanModel } from "./mean-model.ts";
import { partsWithFeatures } from "./part-features.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** See decision 074. */
const LEARNING_RATE = 2e-3;
const WEIGHT_DECAY = 0.01;
const DROPOUT = 0.15;
const MOST_BATCH = 256;
/** Updates in a pass at least, as far as there are rows. */
const LEAST_UPDATES = 8;

/** A dense network; the mean of several, each stopped by rows that it does not learn from. */
export const network: TableLearner = {
  title: "a network over periodic embeddings of numbers and vectors of categories",
  fit: async ({ train, validation, recipe }, context) => {
    const wish = { preset: "forNetworks", recipe, shouldStop: context.shouldStop } as const;
    const features = await learnFeatures(train, wish);
    const count = partCount(recipe, train);
    const parts =
      count === 1
        ? [{ train, held: validation, features }]
        : await partsWithFeatures(features, dividedLesson(train, { parts: count, seed: recipe.train.seed }), wish);
    const shapes = parts.map((part) => shapeOf(part.features, train.targets));
    const trained = await trainParts(parts, shapes, { recipe, context });
    if (trained === undefined) return undefined;
    const model = features.looksAtTarget
      ? meanModel(trained.map((one, i) => learntNetworks(shapes[i]!, [one])) as [LearntTable, ...LearntTable[]])
      : learntNetworks(shapes[0]!, trained);
    if (context.wantsOutOfFold !== true || count === 1) return model;
    const divided = parts as readonly LessonPart[];
    const held: Float64Array[] = [];
    for (const [i, part] of divided.entries()) {
      const one = learntNetworks(shapes[i]!, [trained[i]!]);
      held.push(await one.predict(part.held.frame));
      await one.release!();
    }
    return { ...model, outOfFold: outOfFold(divided, held) };
  },
};

function shapeOf(features: FittedFeatures, targets: DenseTargets): NetworkShape {
  return {
    features,
    config: { features: features.features, outputs: targets.kind === "classes" ? targets.classes : 1 },
    scale: targets.kind === "numbers" ? scaleOf(targets.actual) : undefined,
  };
}

/** Trains a network for each part, as many at a time as there are threads. Undefined when it was stopped. */
async function trainParts(
  parts: readonly Pick<LessonPart, "train" | "held">[],
  shapes: readonly NetworkShape[],
  { recipe, context }: { readonly recipe: TableRecipe; readonly context: LearnerContext },
): Promise<Parameters[] | undefined> {
  const threads = recipe.train.threads ?? availableParallelism();
  const lanes = Math.min(threads, parts.length);
  const shares = parts.map(() => 0);
  const trained: Parameters[] = new Array(parts.length);
  let next = 0;
  const takeTurns = async () => {
    while (next < parts.length && !context.shouldStop()) {
      const at = next++;
      trained[at] = await trainOne(parts[at]!, shapes[at]!, {
        recipe,
        seed: recipe.train.seed + at,
        threads: Math.max(1, Math.floor(threads / lanes)),
        shouldStop: context.shouldStop,
        onProgress: (share) => {
          shares[at] = share;
          context.onProgress(shares.reduce((sum, each) => sum + each, 0) / shares.length);
        },
      });
    }
  };
  await Promise.all(Array.from({ length: lanes }, takeTurns));
  return context.shouldStop() ? undefined : trained;
}

async function trainOne(
  { train, held }: Pick<LessonPart, "train" | "held">,
  shape: NetworkShape,
  options: LearnerContext & { readonly recipe: TableRecipe; readonly seed: number; readonly threads: number },
): Promise<Parameters> {
  const { recipe, seed, threads, onProgress, shouldStop } = options;
  const { epochs } = recipe.train;
  const learnt = await learningRows(shape.features, train, { recipe, shouldStop });
  const { rows } = learnt;
  const aside = { ...held, rows: held.frame.rows, weights: held.weights, numbers: shape.features.apply(held.frame) };
  const model = await trainModel(definition(shape), {
    data: { tensors: tensorsOf(learnt, shape) },
    validation: { tensors: tensorsOf(aside, shape) },
    epochs,
    batchSize: Math.max(1, Math.min(MOST_BATCH, Math.ceil(rows / LEAST_UPDATES))),
    learningRate: LEARNING_RATE,
    schedule: "cosine",
    warmup: 0.05,
    optimizer: "adamw",
    weightDecay: WEIGHT_DECAY,
    dropout: DROPOUT,
    clipNorm: 1,
    earlyStopping: { patience: recipe.train.epochPatience },
    seed,
    threads,
    shouldStop,
    onEvent: (event) => {
      if (event.type === "evaluation") onProgress(event.step / event.totalSteps);
    },
  });
  model.release();
  return model.parameters;
}

/** The network as it is trained: classes by cross-entropy, numbers by squared error in units of their deviation; rows count by their weights. */
function definition({ features, config, scale }: NetworkShape) {
  return defineModel({
    name: "table-network",
    inputs: { x: { dtype: "float32", shape: ["batch", features.features.length] } },
    targets: {
      y: scale === undefined ? { dtype: "int64", shape: ["batch"] } : { dtype: "float32", shape: ["batch", 1] },
      weight: { dtype: "float32", shape: ["batch"] },
    },
    forward: (c, { x }) => ({ scores: tableNetwork(c, x, config) }),
    loss: (c, { outputs: { scores }, targets: { y, weight } }) => {
      const losses =
        scale === undefined
          ? crossEntropy(c, { logits: scores, labels: y, reduction: "none" })
          : meanSquaredError(c, { predictions: scores, targets: y, reduction: "none" });
      return c.b.op("ReduceMean", [c.b.op("Mul", [losses, weight]), c.b.ints([0])], { keepdims: 0 });
    },
  });
}

function tensorsOf(
  { numbers, rows, targets, weights }: LearningRows,
  { features, scale }: NetworkShape,
): Record<string, Tensor> {
  const mean = weights === undefined ? 1 : weights.reduce((sum, weight) => sum + weight, 0) / rows;
  const y =
    targets.kind === "classes"
      ? tensor("int64", [rows], BigInt64Array.from(targets.actual, BigInt))
      : tensor("float32", [rows, 1], Float32Array.from(standardised(targets.actual, scale!)));
  return {
    x: tensor("float32", [rows, features.features.length], numbers),
    y,
    weight: tensor(
      "float32",
      [rows],
      Float32Array.from({ length: rows }, (_, row) => (weights?.[row] ?? 1) / mean),
    ),
  };
}
