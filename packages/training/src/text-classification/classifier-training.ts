import type { TextClassificationRecipe } from "@modelwright/contracts";
import type { Batch } from "@modelwright/data";
import type { ChosenProvider, CpuOperator, Runtime, Tensor } from "@modelwright/engine";
import { type ClassificationOutcome, measureClassification, softmaxRows } from "@modelwright/evaluation";
import { addCrossEntropyLoss, type BuildOptions, type BuiltModel, type Parameters } from "@modelwright/models";
import type { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import { announceProvider } from "../trainer/cpu-fallback.ts";
import { epochPlan } from "../trainer/epoch-plan.ts";
import { type FitResult, fit } from "../trainer/fit.ts";
import type { TrainingEvent } from "../trainer/training-event.ts";
import { TrainingSession } from "../trainer/training-session.ts";
import { EARLY_STOPPING_SCORES } from "./early-stopping.ts";
import type { SplitInputs } from "./inputs.ts";
import { Scorer } from "./scorer.ts";

/** A classifier to train: how its graph is built, what it reads, and where its rows stand. */
export interface ClassifierTask {
  readonly labels: readonly string[];
  build(options: BuildOptions): BuiltModel;
  readonly initial: Parameters;
  readonly train: { readonly inputs: SplitInputs; readonly classes: Int32Array };
  readonly validation: { readonly inputs: SplitInputs; readonly classes: Int32Array };
}

export interface ClassifierTrainingOptions {
  readonly recipe: TextClassificationRecipe["train"];
  /** Probability that an activation is dropped. */
  readonly dropout: number;
  /** Peak learning rate by parameter group. */
  readonly learningRates: Readonly<Record<string, number>>;
  readonly runtime: Runtime;
  /** What `recipe.executionProvider` came to. */
  readonly provider: ChosenProvider;
  /** What ran there before, for the event `provider`. Default: nothing. */
  readonly before?: readonly { readonly onCpu: readonly CpuOperator[] }[];
  readonly checkpoints?: CheckpointStore;
  readonly onEvent?: (event: TrainingEvent) => void;
  readonly shouldStop?: () => boolean;
}

export interface TrainedClassifier {
  readonly fit: FitResult;
  /** All parameters with their trained values: the best ones of the run. */
  readonly parameters: Parameters;
}

/** Trains every parameter of a classifier by cross-entropy. */
export async function trainClassifier(
  task: ClassifierTask,
  options: ClassifierTrainingOptions,
): Promise<TrainedClassifier> {
  const { recipe, provider } = options;
  const { lengths } = task.train.inputs;
  const compute = { runtime: options.runtime, threads: recipe.threads, executionProvider: provider.name };
  const trainable = () => true;
  const model = task.build({ trainable, training: { dropout: options.dropout } });
  const weights =
    recipe.classWeights === "balanced" ? balancedWeights(task.train.classes, task.labels.length) : undefined;
  const session = await TrainingSession.create(
    {
      graph: addCrossEntropyLoss(model.graph, { labelSmoothing: recipe.labelSmoothing, classWeights: weights }),
      loss: "loss",
      parameters: [...task.initial.values()],
      dropouts: model.dropouts,
    },
    {
      optimizer: {
        optimizer: recipe.optimizer,
        weightDecay: recipe.weightDecay,
        l1: recipe.l1,
        l2: recipe.l2,
        clipNorm: recipe.clipNorm,
      },
      ...compute,
      seed: recipe.seed,
      accumulate: recipe.accumulate,
      gradientNoise: recipe.gradientNoise,
      lookAhead: recipe.lookAhead.every > 0 ? recipe.lookAhead : undefined,
      averageDecay: recipe.averageDecay,
      maxNorm: recipe.maxNorm,
    },
  );
  const live = Object.fromEntries([...task.initial.keys()].map((name) => [name, session.arena.weight(name)]));
  const scorer = await Scorer.create(task.build({ trainable }), live, compute);
  try {
    announceProvider(provider, [...(options.before ?? []), session, scorer], { ...recipe, onEvent: options.onEvent });
    const result = await fit({
      session,
      batches: {
        plan: epochPlan({ lengths, batchSize: recipe.batchSize, seed: recipe.seed, shuffle: true }),
        weight: ({ rows }) => rows.reduce((sum, row) => sum + (weights?.[task.train.classes[row]!] ?? 1), 0),
        feeds: (batch, totalWeight) => ({
          ...task.train.inputs.feeds(batch),
          labels: labelTensor(task.train.classes, batch),
          loss_scale: { dtype: "float32", shape: [], data: Float32Array.of(1 / totalWeight) },
        }),
      },
      train: recipe,
      learningRates: options.learningRates,
      validate: async () => {
        const { inputs, classes } = task.validation;
        const outcome = outcomeOf(task.labels, classes, await scorer.score(inputs));
        const { accuracy, f1Macro, logLoss } = measureClassification(outcome);
        return { loss: logLoss, measures: { accuracy, f1Macro } };
      },
      score: EARLY_STOPPING_SCORES[recipe.earlyStopping.metric],
      ...(options.checkpoints === undefined ? {} : { checkpoints: options.checkpoints }),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
      ...(options.shouldStop === undefined ? {} : { shouldStop: options.shouldStop }),
    });
    return { fit: result, parameters: session.trained(task.initial) };
  } finally {
    scorer.release();
    session.release();
  }
}

/** Logits of a split as what evaluation reads. */
export function outcomeOf(labels: readonly string[], actual: Int32Array, logits: Float32Array): ClassificationOutcome {
  return { labels, actual, probabilities: softmaxRows(logits, labels.length) };
}

function labelTensor(classes: Int32Array, { rows }: Batch): Tensor<"int64"> {
  return { dtype: "int64", shape: [rows.length], data: BigInt64Array.from(rows, (row) => BigInt(classes[row]!)) };
}

/** rows / (classes · rows of the class), scikit-learn's "balanced": every class weighs the same in all. */
function balancedWeights(classes: Int32Array, count: number): number[] {
  const rows = new Array<number>(count).fill(0);
  for (const index of classes) rows[index]!++;
  return rows.map((ofClass) => (ofClass === 0 ? 0 : classes.length / (count * ofClass)));
}
