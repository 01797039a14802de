import { availableParallelism } from "node:os";
import {
  type ArenaParameter,
  type CpuOperator,
  type ExecutionProvider,
  type Graph,
  Optimizer,
  type OptimizerOptions,
  ParameterArena,
  RandomSource,
  type Runtime,
  type Shape,
  type Tensor,
  zeros,
} from "@modelwright/engine";
import type { BufferState, Parameters } from "@modelwright/models";
import { BackwardPass, type BackwardPassOptions } from "./backward-pass.ts";
import { BufferMemory } from "./buffer-memory.ts";
import { checkLookAhead, LookAhead, type LookAheadOptions } from "./look-ahead.ts";
import { limitNorms } from "./max-norm.ts";
import type { TrainingProgram } from "./training-program.ts";
import type { BeforeUpdate } from "./update-hook.ts";
import { WeightAverage } from "./weight-average.ts";

/** What one update did. */
export interface StepResult {
  /** The sum of the batches' losses: with a loss scaled by 1/rows, the mean over all rows of the update. */
  readonly loss: number;
  readonly gradientNorm: number;
  /** Time spent after the gradients existed: norm, clipping, optimiser. */
  readonly updateMilliseconds: number;
}

/** With fewer weights a step is so short that waking threads for each would be a tenth of it. */
const SMALL_MODEL = 2 ** 19;

/**
 * A differentiated graph, its optimiser and the memory they share, ready to make updates.
 *
 * Everything random is drawn from streams named by seed, site and update number, so a resumed session repeats an uninterrupted one
 * without any saved generator state.
 */
export class TrainingSession {
  readonly arena: ParameterArena;
  readonly optimizer: Optimizer;
  readonly buffers: BufferMemory;
  readonly lookAhead: LookAhead | undefined;
  /** Evaluated and kept instead of the weights, where there is one. */
  readonly average: WeightAverage | undefined;
  /** Threads of ONNX Runtime: other numbers of them round sums differently. */
  readonly threads: number;
  /** Where forward and backward pass run: each rounds in its own way. */
  readonly executionProvider: ExecutionProvider;
  readonly #program: TrainingProgram;
  readonly #openPass: (trained: readonly string[]) => Promise<BackwardPass>;
  #backward: BackwardPass;
  /** Names of the parameters that `#backward` has gradients of. */
  #trained: readonly string[];
  readonly #random: RandomSource;
  readonly #accumulate: boolean;
  readonly #maxNorm: number;
  readonly #beforeUpdate: BeforeUpdate | undefined;

  private constructor(fields: {
    arena: ParameterArena;
    optimizer: Optimizer;
    buffers: BufferMemory;
    lookAhead: LookAhead | undefined;
    average: WeightAverage | undefined;
    threads: number;
    executionProvider: ExecutionProvider;
    program: TrainingProgram;
    openPass: (trained: readonly string[]) => Promise<BackwardPass>;
    backward: BackwardPass;
    trained: readonly string[];
    random: RandomSource;
    accumulate: boolean;
    maxNorm: number;
    beforeUpdate: BeforeUpdate | undefined;
  }) {
    this.arena = fields.arena;
    this.optimizer = fields.optimizer;
    this.buffers = fields.buffers;
    this.lookAhead = fields.lookAhead;
    this.average = fields.average;
    this.threads = fields.threads;
    this.executionProvider = fields.executionProvider;
    this.#program = fields.program;
    this.#openPass = fields.openPass;
    this.#backward = fields.backward;
    this.#trained = fields.trained;
    this.#random = fields.random;
    this.#accumulate = fields.accumulate;
    this.#maxNorm = fields.maxNorm;
    this.#beforeUpdate = fields.beforeUpdate;
  }

  /** @throws {ModelwrightError} `TRAINING_OPTION_INVALID` for numbers of `lookAhead`; `ENGINE_PROVIDER_UNAVAILABLE`. */
  static async create(
    program: TrainingProgram,
    options: {
      readonly optimizer: OptimizerOptions;
      readonly runtime: Runtime;
      readonly seed: number;
      /** Batches whose gradients are added before one update. Default 1. */
      readonly accumulate?: number;
      /** Variance of the noise on the first update's gradients: see `GradientNoise`; 0: none. Default 0. */
      readonly gradientNoise?: number;
      /** Default: none. */
      readonly lookAhead?: LookAheadOptions | undefined;
      /** Decay of a moving average of the weights, in `(0, 1)`; 0: none. Default 0. */
      readonly averageDecay?: number;
      /** Greatest norm of what goes into one unit, biases and norms spared; 0: none. Default 0. */
      readonly maxNorm?: number;
      /** Reads and changes the gradients of each update. Default: nothing does. */
      readonly beforeUpdate?: BeforeUpdate | undefined;
      /** Default: the cores this process may use. */
      readonly threads?: number | undefined;
      /** Where forward and backward pass run; the update stays on the CPU. Default "cpu". */
      readonly executionProvider?: ExecutionProvider | undefined;
      /** As `step` will be told of them, so that what is needed first is opened first. */
      readonly starts?: Readonly<Record<string, number>>;
      /** Prefix of the file for ONNX Runtime's own profile of the forward and backward pass. Default: none. */
      readonly profile?: string;
    },
  ): Promise<TrainingSession> {
    const { runtime, seed, threads = availableParallelism(), executionProvider = "cpu" } = options;
    const { gradientNoise = 0, lookAhead, averageDecay = 0, maxNorm = 0, beforeUpdate } = options;
    if (lookAhead !== undefined) checkLookAhead(lookAhead);
    // Noise and a hook change sums: gradients by row stay as the next batch needs to find them.
    const accumulate = (options.accumulate ?? 1) > 1 || gradientNoise > 0 || beforeUpdate !== undefined;
    const random = RandomSource.fromSeed(seed);
    const noise = { variance: gradientNoise, random: random.stream("gradient-noise") };
    const optimizerOptions = {
      ...options.optimizer,
      accumulate,
      ...(gradientNoise > 0 ? { gradientNoise: noise } : {}),
    };
    const arena = new ParameterArena(program.parameters, { buffers: Optimizer.buffers(optimizerOptions) });
    const buffers = new BufferMemory(program.buffers ?? []);
    const session: BackwardPassOptions["session"] = {
      threads,
      executionProvider,
      spinning: arena.length < SMALL_MODEL ? "between-runs" : true,
      ...(options.profile === undefined ? {} : { profile: options.profile }),
    };
    const openPass = (trained: readonly string[]) =>
      BackwardPass.create(program, { runtime, session, arena, buffers, trained });
    const trained = namesOf(program.parameters, options.starts ?? {}, 0);
    const backward = await openPass(trained);
    const optimizer = await Optimizer.create(arena, optimizerOptions, runtime, { threads });
    return new TrainingSession({
      arena,
      optimizer,
      buffers,
      lookAhead: lookAhead === undefined || lookAhead.every === 0 ? undefined : new LookAhead(arena, lookAhead),
      average: averageDecay > 0 ? new WeightAverage(arena, averageDecay) : undefined,
      threads,
      executionProvider,
      program,
      openPass,
      backward,
      trained,
      random: random.stream("dropout"),
      accumulate,
      maxNorm,
      beforeUpdate,
    });
  }

  /**
   * One update from one batch, or from several whose gradients are added.
   *
   * A loss or gradient that is not finite leaves weights and buffers as they were; the caller decides what to say.
   *
   * @param batches Feeds of the graph without parameters, buffers, dropout masks and noise.
   * @param options.weight What the batches weigh together, for the hook. Default: their number.
   * @param options.starts Updates before the first one of a group; until then it stays as it is and costs no gradient. Default: all begin with
   * the first.
   */
  async step(
    batches: readonly Readonly<Record<string, Tensor>>[],
    learningRates: Readonly<Record<string, number>>,
    options: { readonly weight?: number; readonly starts?: Readonly<Record<string, number>> } = {},
  ): Promise<StepResult> {
    const { weight = batches.length, starts = {} } = options;
    await this.#train(namesOf(this.#program.parameters, starts, this.optimizer.updates));
    let loss = 0;
    const buffers = this.buffers.values.slice();
    for (const [index, feeds] of batches.entries()) {
      const result = await this.#backward.run({ ...feeds, ...this.#drawn(feeds, index) }, this.#program.loss);
      this.buffers.advance();
      loss += Number(result.data[0]);
      if (this.#accumulate) await this.optimizer.accumulate();
    }
    if (!Number.isFinite(loss)) {
      this.optimizer.discardAccumulated();
      this.buffers.values.set(buffers);
      return { loss, gradientNorm: Number.NaN, updateMilliseconds: 0 };
    }
    await this.#hook(loss, weight);
    const start = performance.now();
    const { gradientNorm } = await this.optimizer.update(learningRates, { starts });
    if (Number.isFinite(gradientNorm)) this.#afterUpdate();
    else this.buffers.values.set(buffers);
    return { loss, gradientNorm, updateMilliseconds: performance.now() - start };
  }

  /** Opens another backward pass where other parameters are trained than until now. */
  async #train(names: readonly string[]): Promise<void> {
    if (names.length === this.#trained.length) return;
    this.#backward.release();
    // The next pass does not know what rows of a table the last one wrote.
    this.arena.gradients.fill(0);
    this.#backward = await this.#openPass(names);
    this.#trained = names;
  }

  async #hook(loss: number, weight: number): Promise<void> {
    if (this.#beforeUpdate === undefined) return;
    const { arena, optimizer } = this;
    const { gradients: values } = optimizer;
    const of = (name: string) => arena.layout.view(values, name);
    await this.#beforeUpdate({ values, names: arena.names, of }, { update: optimizer.updates + 1, loss, weight });
  }

  #afterUpdate(): void {
    if (this.#maxNorm > 0) {
      const trained = new Set(this.#trained);
      for (const { name, decay } of this.#program.parameters) {
        if (decay && trained.has(name)) limitNorms(this.arena.weight(name), this.#maxNorm);
      }
    }
    this.lookAhead?.record(this.optimizer.updates);
    this.average?.record(this.optimizer.updates);
  }

  /** Operators that the execution provider leaves to the CPU, with copies there and back. */
  get onCpu(): readonly CpuOperator[] {
    return this.#backward.onCpu;
  }

  /** The given parameters: those that are trained with copies of the weights as they are now. */
  trained(parameters: Parameters): Parameters {
    const own = new Set(this.arena.names);
    return new Map(
      Array.from(parameters, ([name, parameter]) =>
        own.has(name) ? [name, { ...parameter, tensor: copyOf(this.arena.weight(name)) }] : [name, parameter],
      ),
    );
  }

  /** The given buffers: those that are trained with copies of their values as they are now. */
  trainedBuffers(buffers: ReadonlyMap<string, BufferState>): ReadonlyMap<string, Tensor<"float32">> {
    const own = this.buffers.inputs;
    return new Map(
      Array.from(buffers, ([name, { tensor }]) => {
        const live = own[name];
        return [name, live === undefined ? tensor : copyOf(live)];
      }),
    );
  }

  release(): void {
    this.#backward.release();
    this.optimizer.release();
  }

  /** Dropout masks and noise of one batch of the coming update. */
  #drawn(feeds: Readonly<Record<string, Tensor>>, batch: number): Record<string, Tensor> {
    const { dropouts, noises = [], graph } = this.#program;
    if (dropouts.length + noises.length === 0) return {};
    const sizes = symbolSizes(graph, feeds);
    const concrete = (shape: Shape) => shape.map((size) => (typeof size === "number" ? size : sizes.get(size)!));
    const stream = (name: string) => this.#random.stream(this.optimizer.updates, batch, name);
    const drawn: Record<string, Tensor> = {};
    for (const { name, shape, dropProbability } of dropouts) {
      const mask = zeros("uint8", concrete(shape));
      stream(name).fillKeepMask(mask.data, Math.round(dropProbability * 256));
      drawn[name] = mask;
    }
    for (const { name, shape } of noises) {
      const random = stream(name);
      const noise = zeros("float32", concrete(shape));
      noise.data.forEach((_, i) => {
        noise.data[i] = random.normal();
      });
      drawn[name] = noise;
    }
    return drawn;
  }
}

/** The parameters whose group has begun after so many updates. */
function namesOf(
  parameters: readonly ArenaParameter[],
  starts: Readonly<Record<string, number>>,
  updates: number,
): readonly string[] {
  return parameters.filter(({ group }) => (starts[group] ?? 0) <= updates).map(({ name }) => name);
}

/** The sizes that the fed tensors give to the graph's symbolic dimensions. */
function symbolSizes(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const input of graph.inputs) {
    input.shape.forEach((size, axis) => {
      const fed = feeds[input.name]?.shape[axis];
      if (typeof size === "string" && fed !== undefined) sizes.set(size, fed);
    });
  }
  return sizes;
}

function copyOf({ shape, data }: Tensor<"float32">): Tensor<"float32"> {
  return { dtype: "float32", shape, data: data.slice() };
}
