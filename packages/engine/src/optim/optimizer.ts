import { encodeModel } from "../onnx/encode.ts";
import type { BoundRun, Runtime, Session, SessionOptions } from "../runtime/runtime.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { ArenaSegment, ParameterArena } from "./parameter-arena.ts";
import { buildAccumulateGraph, buildSquaredNormGraph, buildUpdateGraph } from "./update-graph.ts";
import { type OptimizerOptions, UPDATE_RULES } from "./update-rules.ts";

/** Elements updated by one run: weight, gradient, slots and temporaries of a chunk stay in the second-level caches. */
const CHUNK_ELEMENTS = 1 << 18;

/** What one update did. */
export interface UpdateResult {
  /** Global L2 norm of the gradient, after scaling and before clipping. */
  readonly gradientNorm: number;
}

interface Chunk {
  readonly segment: ArenaSegment;
  readonly squaredNorm: BoundRun;
  readonly sum: Tensor<"float32">;
  readonly update: BoundRun;
}

/**
 * Updates the weights of a `ParameterArena` in place by running small ONNX graphs over it, chunk by chunk.
 *
 * Weights, gradients and slots are bound to the sessions once; a step copies nothing.
 */
export class Optimizer {
  /** The rule's state, laid out like the arena: a checkpoint stores them. */
  readonly slots: ReadonlyMap<string, Float32Array>;
  readonly #options: OptimizerOptions;
  readonly #arena: ParameterArena;
  readonly #scalars: ReadonlyMap<ArenaSegment, ReadonlyMap<string, Tensor<"float32">>>;
  readonly #chunks: readonly Chunk[];
  readonly #accumulated: { readonly sums: Float32Array; readonly runs: readonly BoundRun[] } | undefined;
  readonly #sessions: readonly Session[];
  #updates = 0;

  private constructor(fields: {
    slots: ReadonlyMap<string, Float32Array>;
    options: OptimizerOptions;
    arena: ParameterArena;
    scalars: ReadonlyMap<ArenaSegment, ReadonlyMap<string, Tensor<"float32">>>;
    chunks: readonly Chunk[];
    accumulated: { readonly sums: Float32Array; readonly runs: readonly BoundRun[] } | undefined;
    sessions: readonly Session[];
  }) {
    this.slots = fields.slots;
    this.#options = fields.options;
    this.#arena = fields.arena;
    this.#scalars = fields.scalars;
    this.#chunks = fields.chunks;
    this.#accumulated = fields.accumulated;
    this.#sessions = fields.sessions;
  }

  /**
   * @param options.accumulate True when `accumulate()` will be used; it costs one more buffer of the arena's size.
   */
  static async create(
    arena: ParameterArena,
    options: OptimizerOptions & { readonly accumulate?: boolean },
    runtime: Runtime,
    sessionOptions: SessionOptions = {},
  ): Promise<Optimizer> {
    const rule = UPDATE_RULES[options.optimizer];
    const open = (graph: Parameters<typeof encodeModel>[0]) =>
      runtime.createSession(encodeModel(graph), sessionOptions);
    const regularised = await open(buildUpdateGraph(options, true));
    const plain = await open(buildUpdateGraph(options, false));
    const norm = await open(buildSquaredNormGraph());
    const slots = new Map(rule.slots.map((slot) => [slot, new Float32Array(arena.weights.length)]));
    const sums = options.accumulate === true ? new Float32Array(arena.weights.length) : undefined;
    const gradients = sums ?? arena.gradients;

    const scalars = new Map<ArenaSegment, ReadonlyMap<string, Tensor<"float32">>>();
    const chunks: Chunk[] = [];
    for (const segment of arena.segments) {
      const session = segment.decay ? regularised : plain;
      const names = session.inputs.map((input) => input.name).filter((name) => !isBuffer(name, rule.slots));
      const values = new Map(names.map((name) => [name, zeros("float32", [])]));
      scalars.set(segment, values);
      for (const [start, end] of chunkBounds(segment)) {
        const part = (buffer: Float32Array): Tensor => ({
          dtype: "float32",
          shape: [end - start],
          data: buffer.subarray(start, end),
        });
        const sum = zeros("float32", []);
        const state = rule.slots.map((slot) => [slot, part(slots.get(slot)!)] as const);
        chunks.push({
          segment,
          sum,
          squaredNorm: norm.bind({ inputs: { gradient: part(gradients) }, outputs: { sum } }),
          update: session.bind({
            inputs: {
              weight: part(arena.weights),
              gradient: part(gradients),
              ...Object.fromEntries(state),
              ...Object.fromEntries(values),
            },
            outputs: {
              "weight.next": part(arena.weights),
              ...Object.fromEntries(state.map(([slot, buffer]) => [`${slot}.next`, buffer])),
            },
          }),
        });
      }
    }

    const sessions = [regularised, plain, norm];
    let accumulated: { readonly sums: Float32Array; readonly runs: readonly BoundRun[] } | undefined;
    if (sums !== undefined) {
      const session = await open(buildAccumulateGraph());
      sessions.push(session);
      const whole: ArenaSegment = { group: "", decay: false, offset: 0, length: arena.weights.length };
      const runs = chunkBounds(whole).map(([start, end]) => {
        const part = (buffer: Float32Array): Tensor => ({
          dtype: "float32",
          shape: [end - start],
          data: buffer.subarray(start, end),
        });
        return session.bind({
          inputs: { sum: part(sums), gradient: part(arena.gradients) },
          outputs: { "sum.next": part(sums) },
        });
      });
      accumulated = { sums, runs };
    }
    return new Optimizer({ slots, options, arena, scalars, chunks, accumulated, sessions });
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
    if (this.#accumulated === undefined) throw new Error("create the optimizer with accumulate: true");
    for (const run of this.#accumulated.runs) await run.run();
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
    const {
      optimizer,
      beta1 = 0.9,
      beta2 = 0.999,
      eps = 1e-8,
      weightDecay = 0,
      l1 = 0,
      l2 = 0,
      clipNorm = 0,
    } = this.#options;
    let squared = 0;
    for (const { squaredNorm, sum } of this.#chunks) {
      await squaredNorm.run();
      squared += sum.data[0]!;
    }
    const gradientNorm = Math.sqrt(squared) * gradientScale;
    if (!Number.isFinite(gradientNorm)) return { gradientNorm };
    const clip = clipNorm > 0 && gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;

    const step = this.#updates + 1;
    const { scalars } = UPDATE_RULES[optimizer];
    for (const [segment, values] of this.#scalars) {
      const learningRate = learningRates[segment.group];
      if (learningRate === undefined) throw new Error(`no learning rate for the parameter group "${segment.group}"`);
      const facts = { learningRate, step, beta1, beta2, eps };
      const shared: Record<string, number> = {
        gradientScale: gradientScale * clip,
        l1,
        l2,
        shrink: 1 - learningRate * weightDecay,
      };
      for (const [name, value] of values) value.data[0] = shared[name] ?? scalars[name]!(facts);
    }
    for (const { update } of this.#chunks) await update.run();
    this.#accumulated?.sums.fill(0);
    this.#updates = step;
    return { gradientNorm };
  }

  /** Frees the sessions; the buffers stay readable. */
  release(): void {
    for (const { squaredNorm, update } of this.#chunks) {
      squaredNorm.release();
      update.release();
    }
    for (const run of this.#accumulated?.runs ?? []) run.release();
    for (const session of this.#sessions) session.release();
  }
}

function isBuffer(name: string, slots: readonly string[]): boolean {
  return name === "weight" || name === "gradient" || slots.includes(name);
}

function chunkBounds({ offset, length }: ArenaSegment): [start: number, end: number][] {
  const bounds: [number, number][] = [];
  for (let start = offset; start < offset + length; start += CHUNK_ELEMENTS) {
    bounds.push([start, Math.min(start + CHUNK_ELEMENTS, offset + length)]);
  }
  return bounds;
}
