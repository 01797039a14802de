import type { ExecutionProviderChoice, OptimizerName } from "@modelwright/engine";
import type { LowRankAdapters, NamedTensors, Parameters } from "@modelwright/models";
import type { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import type { Evaluation } from "../evaluator/model-evaluator.ts";
import type { ScheduleName, ScheduleOptions } from "../schedules/learning-rate.ts";
import type { CpuFallback } from "../trainer/cpu-fallback.ts";
import type { LookAheadOptions } from "../trainer/look-ahead.ts";
import type { TrainingEvent } from "../trainer/training-event.ts";
import type { BeforeUpdate } from "../trainer/update-hook.ts";
import type { EarlyStopping } from "./early-stopping.ts";
import type { ParameterGroups } from "./parameter-groups.ts";
import type { TensorDataset } from "./tensor-dataset.ts";

/** @typeParam Output Names of the outputs that an `evaluation` may fetch: those of the model. */
export interface TrainModelOptions<Output extends string = never> {
  readonly data: TensorDataset;
  /**
   * Evaluated as often as `evaluationsPerEpoch` says and after the last update; the best weights are kept. Default: none; the last
   * weights are kept.
   */
  readonly validation?: TensorDataset | undefined;
  /** What is measured of the validation rows. Default: the mean loss. */
  readonly evaluation?: Evaluation<Output> | undefined;
  /** Evaluations in each pass, evenly spread. Default 1. */
  readonly evaluationsPerEpoch?: number | undefined;
  /** Passes over the data. Default 1, unless `steps` is given. */
  readonly epochs?: number | undefined;
  /** Updates in all, instead of `epochs`. */
  readonly steps?: number | undefined;
  /** Rows of a batch; the last one of a pass may have fewer. Default 32. */
  readonly batchSize?: number | undefined;
  /** Peak learning rate; of Adafactor relative to the size of a tensor's weights. */
  readonly learningRate: number;
  /** Peak learning rates of groups that have one of their own. Default: none. */
  readonly learningRates?: Readonly<Record<string, number>> | undefined;
  /**
   * The group of each parameter by its name, or groups by beginnings of names: `{ "head.": "head", "": "encoder" }`, of which the longest
   * that fits decides. Default: one group, `all`.
   */
  readonly groups?: ParameterGroups | undefined;
  /**
   * Gradual unfreezing: the first of these groups is trained from the beginning, each other one so many epochs after the one before it; until
   * then it stays as it is and costs no gradient. Groups that are not named begin at once. Default: all do.
   *
   * @see Howard & Ruder 2018, arXiv:1801.06146.
   */
  readonly unfreeze?: { readonly every: number; readonly groups: readonly string[] } | undefined;
  /**
   * Which parameters and buffers are trained, by name; the others stay as they are, bit for bit, and cost no gradient. Default: all, or those
   * of the adapters alone.
   */
  readonly trainable?: ((name: string) => boolean) | undefined;
  /** Low-rank matrices that are trained beside weights and added to them in the end. Default: none. */
  readonly adapters?: LowRankAdapters | undefined;
  /** Default "constant". */
  readonly schedule?: ScheduleName | undefined;
  /** Numbers that shape the schedule: `minimum`, `cycles` …, with the defaults of a recipe. `plateau` needs a validation. */
  readonly scheduleOptions?: ScheduleOptions | undefined;
  /** Below 1: share of all steps; otherwise steps. Default 0. */
  readonly warmup?: number | undefined;
  /** Default "adam". */
  readonly optimizer?: OptimizerName | undefined;
  /** Decoupled; biases and norms are spared. Default 0. */
  readonly weightDecay?: number | undefined;
  /** λ of λ·Σ|w|, biases and norms spared. Default 0. */
  readonly l1?: number | undefined;
  /** λ of λ/2·Σw², biases and norms spared. Default 0. */
  readonly l2?: number | undefined;
  /** Greatest global gradient norm; 0: no clipping. Default 0. */
  readonly clipNorm?: number | undefined;
  /** Greatest norm of what goes into one unit, biases and norms spared; 0: none. Default 0. */
  readonly maxNorm?: number | undefined;
  /**
   * Variance of normal noise on the first update's gradients; after t updates it is divided by (1 + t)^0.55 (arXiv:1511.06807); 0: none.
   * Added after clipping. Drawing it takes longer than the update itself. Default 0.
   */
  readonly gradientNoise?: number | undefined;
  /**
   * Every so many updates, slow weights go a share (`rate`, default 0.5) of the way to the weights, which go on from there
   * (arXiv:1907.08610). In between, the weights are evaluated as they are. `every` 0: none; `rate` in `(0, 1]`. Default: none.
   */
  readonly lookAhead?: LookAheadOptions | undefined;
  /** Decay of a moving average of the weights, which is evaluated and kept instead of them; 0: none. Default 0. */
  readonly averageDecay?: number | undefined;
  /** Batches whose gradients are added before one update. Default 1. */
  readonly accumulate?: number | undefined;
  /** Probability that an activation is dropped where the model has `dropout` layers. Default 0. */
  readonly dropout?: number | undefined;
  /**
   * Gradient checkpointing: the layers that the model marks by `c.segment` are computed again in the backward pass, so that only what stands
   * between them is kept. Costs about a third more time. Default false.
   */
  readonly gradientCheckpointing?: boolean | undefined;
  /** Decides initial weights, batch order and dropout. Default 7. */
  readonly seed?: number | undefined;
  /** Threads of ONNX Runtime. Default: the machine's cores. */
  readonly threads?: number | undefined;
  /** Where forward and backward pass run, and the trained model after them; the update stays on the CPU. Default "cpu". */
  readonly executionProvider?: ExecutionProviderChoice | undefined;
  /** What becomes of operators that the execution provider cannot run: a warning in the event `provider`, or an error. Default "warn". */
  readonly cpuFallback?: CpuFallback | undefined;
  /** Weights and buffers to start from, by name; the others are drawn. */
  readonly parameters?: NamedTensors | undefined;
  /** Whether each pass has an order of its own. Default true. */
  readonly shuffle?: boolean | undefined;
  /** When training stops before its end, and which weights are the best. Default: at the end; those of the least loss. */
  readonly earlyStopping?: EarlyStopping | undefined;
  /** Folder of `checkpoint.safetensors`: a run that finds its own goes on from there, to the same bits. Default: none is kept. */
  readonly checkpointDirectory?: string | undefined;
  /** Where the checkpoint is kept by a caller who knows by itself which runs are the same. Default: `checkpointDirectory` decides. */
  readonly checkpoints?: CheckpointStore | undefined;
  /** Least seconds between two checkpoints. Default 30. */
  readonly checkpointSeconds?: number | undefined;
  /** Reads and changes the gradients of each update before the optimiser does: see `BeforeUpdate`. Default: nothing does. */
  readonly beforeUpdate?: BeforeUpdate | undefined;
  /** Told all parameters before the first update, and those that are trained. */
  readonly onBuilt?: ((parameters: Parameters, trained: Parameters) => void) | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Asked after every update, told how many were made; true saves a checkpoint and ends the run as it is. */
  readonly shouldStop?: ((updates: number) => boolean) | undefined;
  /** Asked after every update; true makes it the last one: it is evaluated, and the run is finished with the best weights. */
  readonly shouldFinish?: (() => boolean) | undefined;
}
