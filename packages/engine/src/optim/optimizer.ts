import type { Runtime, SessionOptions } from "../runtime/runtime.ts";
import { ElementwiseStep } from "./elementwise-step.ts";
import { FactoredStep } from "./factored-step.ts";
import { GradientNoise, type GradientNoiseOptions } from "./gradient-noise.ts";
import { GraphExecutor } from "./graph-executor.ts";
import { KernelExecutor } from "./kernels/kernel-executor.ts";
import type { ParameterArena } from "./parameter-arena.ts";
import type { UpdateExecutor, UpdateProgram } from "./update-executor.ts";
import { buildUpdateGraph } from "./update-graph.ts";
import { isElementwise, type OptimizerOptions, UPDATE_RULES } from "./update-rules.ts";
import type { OptimizerSlot, UpdateStep } from "./update-step.ts";

/** What one update did. */
export interface UpdateResult {
  /** Global L2 norm of the gradient, after scaling, before clipping and noise. */
  readonly gradientNorm: number;
}

/**
 * Updates the weights of a `ParameterArena` in place.
 *
 * The step is written once, as a small ONNX graph. An arena in shared memory has it compiled to WebAssembly; any other has it run by
 * ONNX Runtime, some three times slower. A step copies nothing.
 */
export class Optimizer {
  readonly #clipNorm: number;
  readonly #step: UpdateStep;
  readonly #executor: UpdateExecutor;
  /** What the next `update` reads, laid out like the arena: the sum of what was accumulated, otherwise the arena's own gradients. */
  readonly gradients: Float32Array;
  /** Of accumulated gradients. */
  readonly #sums: Float32Array | undefined;
  readonly #noise: GradientNoise | undefined;
  #updates = 0;
  /** Gradients in the sums. */
  #accumulated = 0;

  private constructor(fields: {
    clipNorm: number;
    step: UpdateStep;
    executor: UpdateExecutor;
    gradients: Float32Array;
    sums: Float32Array | undefined;
    noise: GradientNoise | undefined;
  }) {
    this.#clipNorm = fields.clipNorm;
    this.#step = fields.step;
    this.#executor = fields.executor;
    this.gradients = fields.gradients;
    this.#sums = fields.sums;
    this.#noise = fields.noise;
  }

  /** How many buffers of the arena's size an optimiser works on: weights, gradients and what it allocates. */
  static buffers(options: OptimizerOptions & { readonly accumulate?: boolean }): number {
    const { slots, trustRatio = false } = isElementwise(options) ? UPDATE_RULES[options.optimizer] : { slots: [] };
    return 2 + slots.length + Number(options.accumulate ?? false) + Number(trustRatio);
  }

  /**
   * @param options.accumulate True when `accumulate()` will be used; it costs one more buffer of the arena's size.
   * @param options.gradientNoise Added to accumulated gradients, after clipping. Default: none.
   * @param sessionOptions.threads Threads that share an update, the caller's included. Default: the cores this process may use.
   */
  static async create(
    arena: ParameterArena,
    options: OptimizerOptions & { readonly accumulate?: boolean; readonly gradientNoise?: GradientNoiseOptions },
    runtime: Runtime,
    sessionOptions: SessionOptions = {},
  ): Promise<Optimizer> {
    const { weights, layout, tensors } = arena;
    const sums = options.accumulate === true ? arena.allocate() : undefined;
    const gradient = sums ?? arena.gradients;
    const { clipNorm = 0, gradientNoise } = options;
    if (gradientNoise !== undefined && sums === undefined) throw new Error("gradient noise needs accumulate: true");
    const noise = gradientNoise === undefined ? undefined : new GradientNoise(layout, gradientNoise);
    const open = async (program: Omit<UpdateProgram, "arena" | "sums">): Promise<UpdateExecutor> =>
      arena.memory === undefined
        ? GraphExecutor.create({ ...program, arena, sums }, runtime, sessionOptions)
        : new KernelExecutor({ ...program, arena, sums }, arena.memory, sessionOptions);
    const finish = (step: UpdateStep, executor: UpdateExecutor) =>
      new Optimizer({ clipNorm, step, executor, gradients: gradient, sums, noise });
    if (!isElementwise(options)) {
      const executor = await open({ graphs: undefined, buffers: { weight: weights, gradient }, directions: undefined });
      return finish(new FactoredStep(arena, gradient, options), executor);
    }
    const rule = UPDATE_RULES[options.optimizer];
    const slots = new Map(rule.slots.map((slot) => [slot, { data: arena.allocate(), layout }]));
    const ofSlots = Object.fromEntries(Array.from(slots, ([slot, { data }]) => [slot, data]));
    const executor = await open({
      graphs: { decaying: buildUpdateGraph(options, true), plain: buildUpdateGraph(options, false) },
      buffers: { weight: weights, gradient, ...ofSlots },
      directions: rule.trustRatio === true ? arena.allocate() : undefined,
    });
    return finish(new ElementwiseStep({ slots, options, executor, tensors }), executor);
  }

  /** The rule's state: a checkpoint stores it. */
  get slots(): ReadonlyMap<string, OptimizerSlot> {
    return this.#step.slots;
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
   * @param options.gradientScale Factor on every gradient before clipping. Default 1.
   * @param options.starts Updates before the first one of a group; until then its gradients are zero, and it stays as it is. Default: all begin
   * with the first.
   */
  async update(
    learningRates: Readonly<Record<string, number>>,
    options: { readonly gradientScale?: number; readonly starts?: Readonly<Record<string, number>> } = {},
  ): Promise<UpdateResult> {
    const { gradientScale = 1, starts = {} } = options;
    const gradientNorm = Math.sqrt(await this.#executor.squaredNorm()) * gradientScale;
    this.discardAccumulated();
    if (!Number.isFinite(gradientNorm)) return { gradientNorm };
    const isClipped = this.#clipNorm > 0 && gradientNorm > this.#clipNorm;
    const scale = gradientScale * (isClipped ? this.#clipNorm / gradientNorm : 1);
    if (this.#sums !== undefined) this.#noise?.addTo(this.#sums, { updates: this.#updates, scale });
    const step = this.#updates + 1;
    await this.#step.run({ learningRates, step, gradientScale: scale, starts });
    this.#updates = step;
    return { gradientNorm };
  }

  /** Frees sessions and threads; the buffers stay readable. */
  release(): void {
    this.#executor.release();
  }
}
