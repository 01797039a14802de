import type { Runtime, SessionOptions } from "../runtime/runtime.ts";
import { GraphExecutor } from "./graph-executor.ts";
import { KernelExecutor } from "./kernels/kernel-executor.ts";
import type { ArenaSegment, ParameterArena } from "./parameter-arena.ts";
import type { UpdateExecutor } from "./update-executor.ts";
import { buildUpdateGraph } from "./update-graph.ts";
import { type OptimizerOptions, UPDATE_RULES } from "./update-rules.ts";

/** What one update did. */
export interface UpdateResult {
  /** Global L2 norm of the gradient, after scaling and before clipping. */
  readonly gradientNorm: number;
}

/**
 * Updates the weights of a `ParameterArena` in place.
 *
 * The step is written once, as a small ONNX graph. An arena in shared memory has it compiled to WebAssembly; any other has it run by
 * ONNX Runtime, some three times slower. A step copies nothing.
 */
export class Optimizer {
  /** The rule's state, laid out like the arena: a checkpoint stores them. */
  readonly slots: ReadonlyMap<string, Float32Array>;
  readonly #options: OptimizerOptions;
  readonly #executor: UpdateExecutor;
  readonly #sums: Float32Array | undefined;
  readonly #tensors: readonly ArenaSegment[];
  #updates = 0;
  /** Gradients in the sums. */
  #accumulated = 0;

  private constructor(fields: {
    slots: ReadonlyMap<string, Float32Array>;
    options: OptimizerOptions;
    executor: UpdateExecutor;
    sums: Float32Array | undefined;
    tensors: readonly ArenaSegment[];
  }) {
    this.slots = fields.slots;
    this.#options = fields.options;
    this.#executor = fields.executor;
    this.#sums = fields.sums;
    this.#tensors = fields.tensors;
  }

  /** How many buffers of the arena's size an optimiser works on: weights, gradients and what it allocates. */
  static buffers({
    optimizer,
    accumulate = false,
  }: Pick<OptimizerOptions, "optimizer"> & { accumulate?: boolean }): number {
    const { slots, trustRatio = false } = UPDATE_RULES[optimizer];
    return 2 + slots.length + Number(accumulate) + Number(trustRatio);
  }

  /**
   * @param options.accumulate True when `accumulate()` will be used; it costs one more buffer of the arena's size.
   * @param sessionOptions.threads Threads that share an update, the caller's included. Default: the cores this process may use.
   */
  static async create(
    arena: ParameterArena,
    options: OptimizerOptions & { readonly accumulate?: boolean },
    runtime: Runtime,
    sessionOptions: SessionOptions = {},
  ): Promise<Optimizer> {
    const slots = new Map(UPDATE_RULES[options.optimizer].slots.map((slot) => [slot, arena.allocate()]));
    const sums = options.accumulate === true ? arena.allocate() : undefined;
    const directions = UPDATE_RULES[options.optimizer].trustRatio === true ? arena.allocate() : undefined;
    const program = {
      arena,
      decaying: buildUpdateGraph(options, true),
      plain: buildUpdateGraph(options, false),
      buffers: { weight: arena.weights, gradient: sums ?? arena.gradients, ...Object.fromEntries(slots) },
      directions,
      sums,
    };
    const executor =
      arena.memory === undefined
        ? await GraphExecutor.create(program, runtime, sessionOptions)
        : new KernelExecutor(program, arena.memory, sessionOptions);
    return new Optimizer({ slots, options, executor, sums, tensors: arena.tensors });
  }

  /** Updates made so far; a resumed run sets it. */
  get updates(): number {
    return this.#updates;
  }

  set updates(count: number) {
    this.#updates = count;
  }

  /** Adds the arena's gradients to the running sum that the next `update` uses. */
  async accumulate(): Promise<void> {
    if (this.#sums === undefined) throw new Error("create the optimizer with accumulate: true");
    await this.#executor.accumulate(this.#accumulated === 0);
    this.#accumulated++;
  }

  /** Lets the next `accumulate` start a new sum: `update` does so itself, whoever makes none after a bad batch must. */
  discardAccumulated(): void {
    this.#accumulated = 0;
  }

  /**
   * One update of every weight.
   *
   * When the gradient norm is not finite the weights are left as they are, so that the caller can stop with good ones.
   *
   * @param learningRates By parameter group.
   * @param gradientScale Factor on every gradient before clipping. Default 1.
   */
  async update(learningRates: Readonly<Record<string, number>>, gradientScale = 1): Promise<UpdateResult> {
    const { optimizer, weightDecay = 0, l1 = 0, l2 = 0, clipNorm = 0 } = this.#options;
    const { scalars, defaults, trustRatio = false } = UPDATE_RULES[optimizer];
    const { beta1, beta2, eps } = { beta1: 0.9, beta2: 0.999, eps: 1e-8, ...defaults, ...this.#options };
    const gradientNorm = Math.sqrt(await this.#executor.squaredNorm()) * gradientScale;
    this.discardAccumulated();
    if (!Number.isFinite(gradientNorm)) return { gradientNorm };
    const clip = clipNorm > 0 && gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;

    const step = this.#updates + 1;
    for (const [segment, values] of this.#executor.scalars) {
      const learningRate = learningRates[segment.group];
      if (learningRate === undefined) throw new Error(`no learning rate for the parameter group "${segment.group}"`);
      const facts = { learningRate, step, beta1, beta2, eps };
      const shared: Record<string, number> = {
        gradientScale: gradientScale * clip,
        l1,
        l2,
        shrink: 1 - learningRate * weightDecay,
        weightDecay,
      };
      for (const [name, value] of values) value[0] = shared[name] ?? scalars[name]!(facts);
    }
    await this.#executor.update();
    if (trustRatio) await this.#moveTensors(learningRates);
    this.#updates = step;
    return { gradientNorm };
  }

  /** Biases and norms, which start where a norm says little, and tensors that are zero still move by the learning rate alone. */
  async #moveTensors(learningRates: Readonly<Record<string, number>>): Promise<void> {
    const norms = await this.#executor.tensorNorms();
    const rates = this.#tensors.map(({ group, decay }, i) => {
      const { weight, direction } = norms[i]!;
      return learningRates[group]! * (decay && weight > 0 && direction > 0 ? weight / direction : 1);
    });
    await this.#executor.move(rates);
  }

  /** Frees sessions and threads; the buffers stay readable. */
  release(): void {
    this.#executor.release();
  }
}
