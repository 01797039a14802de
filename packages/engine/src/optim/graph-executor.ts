import { encodeModel } from "../onnx/encode.ts";
import type { BoundRun, Runtime, Session, SessionOptions } from "../runtime/runtime.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { ArenaSegment } from "./parameter-arena.ts";
import {
  chunkBounds,
  graphOf,
  scalarNames,
  type TensorNorms,
  type UpdateExecutor,
  type UpdateProgram,
} from "./update-executor.ts";
import { buildAccumulateGraph, buildMoveGraph, buildSquaredNormGraph } from "./update-graph.ts";

/** Elements updated by one run: weight, gradient, slots and temporaries of a chunk stay in the second-level caches. */
const CHUNK_ELEMENTS = 1 << 18;

/**
 * Runs the graphs in ONNX Runtime, chunk by chunk, on any memory.
 *
 * The buffers are bound to the sessions once; the outputs are bound to the inputs' own memory.
 */
export class GraphExecutor implements UpdateExecutor {
  readonly scalars = new Map<ArenaSegment, ReadonlyMap<string, Float32Array>>();
  readonly #sessions: Session[] = [];
  readonly #norms: SquaredSum[] = [];
  readonly #tensors: TensorRuns[] = [];
  readonly #updates: BoundRun[] = [];
  readonly #additions: BoundRun[] = [];
  readonly #program: UpdateProgram;

  private constructor(program: UpdateProgram) {
    this.#program = program;
  }

  static async create(program: UpdateProgram, runtime: Runtime, options: SessionOptions): Promise<GraphExecutor> {
    const { arena, graphs, buffers, directions, sums } = program;
    const executor = new GraphExecutor(program);
    const open = async (graph: Parameters<typeof encodeModel>[0]) => {
      const session = await runtime.createSession(encodeModel(graph), options);
      executor.#sessions.push(session);
      return session;
    };
    const sessions = new Map<unknown, Session>();
    if (graphs !== undefined)
      for (const graph of [graphs.decaying, graphs.plain]) sessions.set(graph, await open(graph));
    const norm = await open(buildSquaredNormGraph());

    for (const segment of arena.segments) {
      for (const bounds of chunkBounds(segment, CHUNK_ELEMENTS)) {
        executor.#norms.push(squaredSum(norm, part(buffers.gradient, bounds)));
      }
      if (graphs === undefined) continue;
      const graph = graphOf(graphs, segment);
      const values = new Map(scalarNames(graph).map((name) => [name, zeros("float32", [])]));
      executor.scalars.set(segment, new Map([...values].map(([name, { data }]) => [name, data])));
      for (const bounds of chunkBounds(segment, CHUNK_ELEMENTS)) {
        const parts = Object.fromEntries(Object.entries(buffers).map(([name, buffer]) => [name, part(buffer, bounds)]));
        const written = directions === undefined ? parts : { ...parts, direction: part(directions, bounds) };
        const outputs = graph.outputs.map(({ name }) => [name, written[name.replace(/\.next$/, "")]!]);
        executor.#updates.push(
          sessions.get(graph)!.bind({
            inputs: { ...parts, ...Object.fromEntries(values) },
            outputs: Object.fromEntries(outputs),
          }),
        );
      }
    }
    if (directions !== undefined) {
      const move = await open(buildMoveGraph());
      for (const tensor of arena.tensors) {
        const rate = zeros("float32", []);
        const chunks = chunkBounds(tensor, CHUNK_ELEMENTS).map((bounds) => {
          const [weight, direction] = [part(buffers.weight, bounds), part(directions, bounds)];
          return {
            weight: squaredSum(norm, weight),
            direction: squaredSum(norm, direction),
            move: move.bind({ inputs: { weight, direction, rate }, outputs: { "weight.next": weight } }),
          };
        });
        executor.#tensors.push({ rate: rate.data, chunks });
      }
    }
    if (sums === undefined) return executor;
    const addition = await open(buildAccumulateGraph(false));
    for (const bounds of chunkBounds({ offset: 0, length: arena.length }, CHUNK_ELEMENTS)) {
      const sum = part(sums, bounds);
      const inputs = { sum, gradient: part(arena.gradients, bounds) };
      executor.#additions.push(addition.bind({ inputs, outputs: { "sum.next": sum } }));
    }
    return executor;
  }

  async squaredNorm(): Promise<number> {
    return total(this.#norms);
  }

  async update(): Promise<void> {
    for (const run of this.#updates) await run.run();
  }

  async tensorNorms(): Promise<readonly TensorNorms[]> {
    const norms: TensorNorms[] = [];
    for (const { chunks } of this.#tensors) {
      norms.push({
        weight: Math.sqrt(await total(chunks.map(({ weight }) => weight))),
        direction: Math.sqrt(await total(chunks.map(({ direction }) => direction))),
      });
    }
    return norms;
  }

  async move(rates: readonly number[]): Promise<void> {
    for (const [i, { rate, chunks }] of this.#tensors.entries()) {
      rate[0] = rates[i]!;
      for (const { move } of chunks) await move.run();
    }
  }

  async accumulate(isFirst: boolean): Promise<void> {
    if (isFirst) this.#program.sums?.set(this.#program.arena.gradients);
    else for (const run of this.#additions) await run.run();
  }

  release(): void {
    const chunks = this.#tensors.flatMap((tensor) => tensor.chunks);
    const sums = [...this.#norms, ...chunks.flatMap(({ weight, direction }) => [weight, direction])];
    for (const { run } of sums) run.release();
    for (const run of [...this.#updates, ...this.#additions, ...chunks.map(({ move }) => move)]) run.release();
    for (const session of this.#sessions) session.release();
  }
}

/** A run that leaves Σ x² of its chunk. */
interface SquaredSum {
  readonly run: BoundRun;
  readonly sum: Tensor<"float32">;
}

/** What moves one tensor. */
interface TensorRuns {
  readonly rate: Float32Array;
  readonly chunks: readonly {
    readonly weight: SquaredSum;
    readonly direction: SquaredSum;
    readonly move: BoundRun;
  }[];
}

function squaredSum(session: Session, x: Tensor<"float32">): SquaredSum {
  const sum = zeros("float32", []);
  return { sum, run: session.bind({ inputs: { x }, outputs: { sum } }) };
}

async function total(sums: readonly SquaredSum[]): Promise<number> {
  let squared = 0;
  for (const { run, sum } of sums) {
    await run.run();
    squared += sum.data[0]!;
  }
  return squared;
}

function part(buffer: Float32Array, [start, end]: [number, number]): Tensor<"float32"> {
  return { dtype: "float32", shape: [end - start], data: buffer.subarray(start, end) };
}
