import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  chooseProvider,
  defaultRuntime,
  type ExecutionProviderChoice,
  type OptimizerName,
  RandomSource,
  type Tensor,
} from "@modelwright/engine";
import {
  buildLoss,
  drawnParameters,
  givenOr,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  type NamedTensors,
} from "@modelwright/models";
import { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import type { ScheduleName, ScheduleOptions } from "../schedules/learning-rate.ts";
import { announceProvider, type CpuFallback } from "../trainer/cpu-fallback.ts";
import { epochPlan } from "../trainer/epoch-plan.ts";
import { fit } from "../trainer/fit.ts";
import type { LookAheadOptions } from "../trainer/look-ahead.ts";
import type { TrainingEvent } from "../trainer/training-event.ts";
import { TrainingSession } from "../trainer/training-session.ts";
import { LossMeter } from "./loss-meter.ts";
import type { DefinitionOf, Outputs } from "./ready-model.ts";
import { checkDataset, type TensorDataset } from "./tensor-dataset.ts";
import { TrainedModel } from "./trained-model.ts";
import { trainingFingerprint } from "./training-fingerprint.ts";

export interface TrainModelOptions {
  readonly data: TensorDataset;
  /**
   * Judged so often as `evaluationsPerEpoch` says and after the last update; the weights of the least loss are kept. Default: none; the last
   * weights are kept.
   */
  readonly validation?: TensorDataset;
  /** Judgements in each pass, evenly spread. Default 1. */
  readonly evaluationsPerEpoch?: number;
  /** Passes over the data. Default 1, unless `steps` is given. */
  readonly epochs?: number;
  /** Updates in all, instead of `epochs`. */
  readonly steps?: number;
  /** Rows of a batch; the last one of a pass may have fewer. Default 32. */
  readonly batchSize?: number;
  /** Peak learning rate; of Adafactor relative to the size of a tensor's weights. */
  readonly learningRate: number;
  /** Default "constant". */
  readonly schedule?: ScheduleName;
  /** Numbers that shape the schedule: `minimum`, `cycles` …, with the defaults of a recipe. `plateau` needs a validation. */
  readonly scheduleOptions?: ScheduleOptions;
  /** Below 1: share of all steps; otherwise steps. Default 0. */
  readonly warmup?: number;
  /** Default "adam". */
  readonly optimizer?: OptimizerName;
  /** Decoupled; biases and norms are spared. Default 0. */
  readonly weightDecay?: number;
  /** λ of λ·Σ|w|, biases and norms spared. Default 0. */
  readonly l1?: number;
  /** λ of λ/2·Σw², biases and norms spared. Default 0. */
  readonly l2?: number;
  /** Greatest global gradient norm; 0: no clipping. Default 0. */
  readonly clipNorm?: number;
  /** Greatest norm of what goes into one unit, biases and norms spared; 0: none. Default 0. */
  readonly maxNorm?: number;
  /**
   * Variance of normal noise on the first update's gradients; after t updates it is divided by (1 + t)^0.55 (arXiv:1511.06807); 0: none.
   * Added after clipping. Drawing it takes longer than the update itself. Default 0.
   */
  readonly gradientNoise?: number;
  /**
   * Every so many updates, slow weights go a share (`rate`, default 0.5) of the way to the weights, which go on from there
   * (arXiv:1907.08610). In between, the weights are judged as they are. `every` is at least 1, `rate` in `(0, 1]`. Default: none.
   */
  readonly lookAhead?: LookAheadOptions;
  /** Decay of a moving average of the weights, which is judged and kept in their stead; 0: none. Default 0. */
  readonly averageDecay?: number;
  /** Batches whose gradients are added before one update. Default 1. */
  readonly accumulate?: number;
  /** Probability that an activation is dropped where the model has `dropout` layers. Default 0. */
  readonly dropout?: number;
  /**
   * Gradient checkpointing: the layers that the model marks by `c.segment` are computed again in the backward pass, so that only what stands
   * between them is kept. Costs about a third more time. Default false.
   */
  readonly gradientCheckpointing?: boolean;
  /** Decides initial weights, batch order and dropout. Default 7. */
  readonly seed?: number;
  /** Threads of ONNX Runtime. Default: the machine's cores. */
  readonly threads?: number;
  /** Where forward and backward pass run, and the trained model after them; the update stays on the CPU. Default "cpu". */
  readonly executionProvider?: ExecutionProviderChoice;
  /** What becomes of operators that the execution provider cannot run: a warning in the event `provider`, or an error. Default "warn". */
  readonly cpuFallback?: CpuFallback;
  /** Weights and buffers to start from, by name; the others are drawn. */
  readonly parameters?: NamedTensors;
  /** Whether each pass has an order of its own. Default true. */
  readonly shuffle?: boolean;
  /** Evaluations without a smaller validation loss after which training stops. Default: it does not. */
  readonly patience?: number;
  /** Folder of `checkpoint.safetensors`: a run that finds its own goes on from there, to the same bits. Default: none is kept. */
  readonly checkpointDirectory?: string;
  /** Least seconds between two checkpoints. Default 30. */
  readonly checkpointSeconds?: number;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Asked after every update, told how many were made; true saves a checkpoint and ends the run as it is. */
  readonly shouldStop?: (updates: number) => boolean;
}

/**
 * Trains a model on tensors.
 *
 * What an update sees depends only on the seed and the update's number: a run that was killed and is started again with the same
 * options and `checkpointDirectory` ends with the same weights, bit for bit.
 *
 * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for data that does not fit the model; `TRAINING_DIVERGED`;
 * `TRAINING_OPTION_INVALID` for numbers of `lookAhead`; `TRAINING_PLATEAU_UNJUDGED` for the schedule `plateau` without a validation;
 * `TRAINING_CHECKPOINT_MISMATCH` when the folder holds the checkpoint of another model, other data or other options;
 * `TRAINING_CHECKPOINT_THREADS` when it was written with another number of threads, `TRAINING_CHECKPOINT_PROVIDER` on another execution
 * provider; `ENGINE_PROVIDER_UNAVAILABLE`; `ENGINE_OPERATORS_ON_CPU` for what `cpuFallback: "refuse"` refuses.
 */
export async function trainModel<Out extends Outputs>(
  model: DefinitionOf<Out>,
  options: TrainModelOptions,
): Promise<TrainedModel<Out>> {
  const { seed = 7, accumulate = 1, threads = availableParallelism() } = options;
  const specs = { ...model.inputs, ...model.targets };
  const data = checkDataset(options.data, specs, "data");
  const validation =
    options.validation === undefined ? undefined : checkDataset(options.validation, specs, "validation");
  const drawn = drawnParameters(RandomSource.fromSeed(seed).stream("parameters"));
  const source = options.parameters === undefined ? drawn : givenOr(options.parameters, "options.parameters", drawn);
  const built = buildLoss(model, {
    source,
    build: { trainable: () => true, training: { dropout: options.dropout ?? 0 } },
  });
  const runtime = await defaultRuntime();
  const provider = await chooseProvider(runtime, options.executionProvider ?? "cpu");
  const compute = { runtime, threads, executionProvider: provider.name };
  const session = await TrainingSession.create(
    {
      graph: built.graph,
      loss: LOSS_OUTPUT,
      parameters: [...built.parameters.values()],
      dropouts: built.dropouts,
      noises: built.noises,
      buffers: [...built.buffers.values()],
      ...(options.gradientCheckpointing === true ? { recompute: built.segments } : {}),
    },
    {
      optimizer: {
        optimizer: options.optimizer ?? "adam",
        weightDecay: options.weightDecay ?? 0,
        l1: options.l1 ?? 0,
        l2: options.l2 ?? 0,
        clipNorm: options.clipNorm ?? 0,
      },
      ...compute,
      seed,
      accumulate,
      gradientNoise: options.gradientNoise ?? 0,
      lookAhead: options.lookAhead,
      averageDecay: options.averageDecay ?? 0,
      maxNorm: options.maxNorm ?? 0,
    },
  );
  const meter = validation === undefined ? undefined : await LossMeter.create(model, liveValues(session), compute);
  try {
    announceProvider(provider, meter === undefined ? [session] : [session, meter], options);
    const groups = new Set([...built.parameters.values()].map(({ group }) => group));
    const result = await fit({
      session,
      batches: {
        plan: epochPlan({
          lengths: data.lengths,
          batchSize: options.batchSize ?? 32,
          seed,
          shuffle: options.shuffle ?? true,
        }),
        weight: ({ rows }) => data.weight(rows),
        feeds: ({ rows }, totalWeight) => ({
          ...data.batch(rows),
          [LOSS_SCALE_INPUT]: scalar(data.weight(rows) / totalWeight),
        }),
      },
      train: {
        epochs: options.epochs ?? 1,
        steps: options.steps,
        accumulate,
        schedule: options.schedule ?? "constant",
        scheduleOptions: options.scheduleOptions,
        warmup: options.warmup ?? 0,
        evaluationsPerEpoch: options.evaluationsPerEpoch ?? 1,
        checkpointSeconds: options.checkpointSeconds ?? 30,
        earlyStopping: { patience: options.patience ?? Number.POSITIVE_INFINITY },
      },
      learningRates: Object.fromEntries(Array.from(groups, (group) => [group, options.learningRate])),
      ...(meter === undefined
        ? {}
        : { validate: async () => ({ loss: await meter.measure(validation!), measures: {} }) }),
      ...(options.checkpointDirectory === undefined
        ? {}
        : {
            checkpoints: new CheckpointStore(
              join(options.checkpointDirectory, "checkpoint.safetensors"),
              trainingFingerprint({ built, data, validation, options }),
            ),
          }),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
      ...(options.shouldStop === undefined ? {} : { shouldStop: options.shouldStop }),
    });
    const parameters = session.trained(built.parameters);
    const buffers = new Map(
      Object.entries(session.buffers.inputs).map(([name, { shape, data: values }]) => {
        return [name, { dtype: "float32", shape, data: values.slice() } as const];
      }),
    );
    return await TrainedModel.create({ definition: model, parameters, buffers, fit: result, compute });
  } finally {
    meter?.release();
    session.release();
  }
}

/** Weights and buffers by name, as they are at each moment. */
function liveValues({ arena, buffers }: TrainingSession): Record<string, Tensor> {
  return { ...Object.fromEntries(arena.names.map((name) => [name, arena.weight(name)])), ...buffers.inputs };
}

function scalar(value: number): Tensor {
  return { dtype: "float32", shape: [], data: Float32Array.of(value) };
}
