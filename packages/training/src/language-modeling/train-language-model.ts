import { availableParallelism } from "node:os";
import type { Batch } from "@modelwright/data";
import {
  chooseProvider,
  defaultRuntime,
  type ExecutionProviderChoice,
  type OptimizerName,
  RandomSource,
  type Tensor,
} from "@modelwright/engine";
import { drawnParameters, type Parameters } from "@modelwright/models";
import type { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import type { ScheduleName, ScheduleOptions } from "../schedules/learning-rate.ts";
import { announceProvider, type CpuFallback } from "../trainer/cpu-fallback.ts";
import { epochPlan } from "../trainer/epoch-plan.ts";
import { type FitResult, fit } from "../trainer/fit.ts";
import type { TrainingEvent } from "../trainer/training-event.ts";
import { TrainingSession } from "../trainer/training-session.ts";
import { LanguageModelJudge } from "./language-model-judge.ts";
import { buildTrainingGraph, type LanguageModelObjective, LOSS, scaleInput } from "./language-model-objective.ts";

/** How long and with what a language model is trained. */
export interface LanguageModelTraining {
  /** Passes over the rows. Default 1, unless `steps` is given. */
  readonly epochs?: number;
  /** Updates in all, instead of `epochs`. */
  readonly steps?: number;
  /** Rows of a batch. Default 32. */
  readonly batchSize?: number;
  /** Batches whose gradients are added before one update. Default 1. */
  readonly accumulate?: number;
  /** Peak. Default 5e-4. */
  readonly learningRate?: number;
  /** Default "linear". */
  readonly schedule?: ScheduleName;
  /** Numbers that shape the schedule, with the defaults of a recipe. */
  readonly scheduleOptions?: ScheduleOptions;
  /** Below 1: share of all steps; otherwise steps. Default 0.1. */
  readonly warmup?: number;
  /** Default "adamw". */
  readonly optimizer?: OptimizerName;
  /** Decoupled; biases and norms are spared. Default 0.01. */
  readonly weightDecay?: number;
  /** Greatest global gradient norm. Default 1. */
  readonly clipNorm?: number;
  /** Default 0.1. */
  readonly dropout?: number;
  /** Default 1. */
  readonly evaluationsPerEpoch?: number;
  /** Evaluations without a smaller validation loss after which training stops. Default: it does not. */
  readonly patience?: number;
  /** Decides initial weights, order, masks and dropout. Default 7. */
  readonly seed?: number;
  /** Threads of ONNX Runtime. Default: the machine's cores. */
  readonly threads?: number;
  /** Where forward and backward pass run; the update stays on the CPU. Default "cpu". */
  readonly executionProvider?: ExecutionProviderChoice;
  /** What becomes of operators that the execution provider cannot run: a warning in the event `provider`, or an error. Default "warn". */
  readonly cpuFallback?: CpuFallback;
  /** Least seconds between two checkpoints. Default 30. */
  readonly checkpointSeconds?: number;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Asked after every update, told how many were made; true saves a checkpoint and ends the run as it is. */
  readonly shouldStop?: (updates: number) => boolean;
}

export interface TrainedLanguageModel {
  readonly fit: FitResult;
  /** Those of the least validation loss. */
  readonly parameters: Parameters;
}

/** Trains every parameter of a language model. A run that finds its checkpoint goes on from there, to the same bits. */
export async function trainLanguageModel(
  objective: LanguageModelObjective,
  options: LanguageModelTraining & {
    readonly checkpoints?: CheckpointStore;
    /** Told before the first update. */
    readonly onBuilt?: (parameters: Parameters) => void;
  },
): Promise<TrainedLanguageModel> {
  const { seed = 7, threads = availableParallelism(), accumulate = 1, learningRate = 5e-4 } = options;
  const source = drawnParameters(RandomSource.fromSeed(seed).stream("parameters"));
  const built = buildTrainingGraph(objective, {
    source,
    build: { trainable: () => true, training: { dropout: options.dropout ?? 0.1 } },
  });
  options.onBuilt?.(built.parameters);
  const runtime = await defaultRuntime();
  const provider = await chooseProvider(runtime, options.executionProvider ?? "cpu");
  const compute = { runtime, threads, executionProvider: provider.name };
  const session = await TrainingSession.create(
    { graph: built.graph, loss: LOSS, parameters: [...built.parameters.values()], dropouts: built.dropouts },
    {
      optimizer: {
        optimizer: options.optimizer ?? "adamw",
        weightDecay: options.weightDecay ?? 0.01,
        l1: 0,
        l2: 0,
        clipNorm: options.clipNorm ?? 1,
      },
      ...compute,
      seed,
      accumulate,
    },
  );
  const live = Object.fromEntries(session.arena.names.map((name) => [name, session.arena.weight(name)]));
  const judge = await LanguageModelJudge.create(objective, live, compute);
  try {
    announceProvider(provider, [session, judge], options);
    const result = await fit({
      session,
      batches: new EpochBatches(objective, { seed, batchSize: options.batchSize ?? 32 }),
      train: {
        epochs: options.epochs ?? 1,
        steps: options.steps,
        accumulate,
        schedule: options.schedule ?? "linear",
        scheduleOptions: options.scheduleOptions,
        warmup: options.warmup ?? 0.1,
        evaluationsPerEpoch: options.evaluationsPerEpoch ?? 1,
        checkpointSeconds: options.checkpointSeconds ?? 30,
        earlyStopping: { patience: options.patience ?? Number.POSITIVE_INFINITY },
      },
      learningRates: { encoder: learningRate, head: learningRate },
      validate: () => judge.measure(),
      ...(options.checkpoints === undefined ? {} : { checkpoints: options.checkpoints }),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
      ...(options.shouldStop === undefined ? {} : { shouldStop: options.shouldStop }),
    });
    return { fit: result, parameters: session.trained(built.parameters) };
  } finally {
    judge.release();
    session.release();
  }
}

/** The batches of a pass, which may feed the same rows otherwise in each, for example with other masks. */
class EpochBatches {
  readonly #objective: LanguageModelObjective;
  readonly #plan: (epoch: number) => readonly Batch[];
  #epoch = 0;
  /** Between a batch's weight and its feeds. */
  readonly #laidOut = new Map<Batch, Readonly<Record<string, Tensor>>>();

  constructor(objective: LanguageModelObjective, options: { readonly seed: number; readonly batchSize: number }) {
    this.#objective = objective;
    this.#plan = epochPlan({ lengths: objective.train.lengths, ...options, shuffle: true });
  }

  plan(epoch: number): readonly Batch[] {
    this.#epoch = epoch;
    return this.#plan(epoch);
  }

  /** Places of the main part. */
  weight(batch: Batch): number {
    const { train, labels, parts } = this.#objective;
    const tensors = train.batch(batch.rows, this.#epoch);
    this.#laidOut.set(batch, tensors);
    return placesOf(tensors, labels[parts[0]!]!);
  }

  /** Each part's loss is its mean over the batch, times the batch's share of the update's places of the main part. */
  feeds(batch: Batch, totalWeight: number): Record<string, Tensor> {
    const { labels, parts } = this.#objective;
    const tensors = this.#laidOut.get(batch)!;
    this.#laidOut.delete(batch);
    const share = placesOf(tensors, labels[parts[0]!]!) / totalWeight;
    const scales = parts.map((part): [string, Tensor] => {
      const data = Float32Array.of(share / placesOf(tensors, labels[part]!));
      return [scaleInput(part), { dtype: "float32", shape: [], data }];
    });
    return { ...tensors, ...Object.fromEntries(scales) };
  }
}

/** Places of a part in a batch. */
function placesOf(tensors: Readonly<Record<string, Tensor>>, labels: string): number {
  return tensors[labels]!.data.length;
}
