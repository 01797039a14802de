import { availableParallelism } from "node:os";
import type { Graph } from "../../graph/graph.ts";
import { compileWasm } from "../../wasm/wasm-memory.ts";
import type { ArenaSegment } from "../parameter-arena.ts";
import {
  chunkBounds,
  graphOf,
  scalarNames,
  type TensorNorms,
  type UpdateExecutor,
  type UpdateProgram,
} from "../update-executor.ts";
import { buildAccumulateGraph, buildMoveGraph } from "../update-graph.ts";
import { compileElementwise, compileSquaredSum } from "./compile-kernel.ts";
import { CONTROL_WORDS, type KernelCall } from "./kernel-calls.ts";
import type { KernelMemory } from "./kernel-memory.ts";
import { KernelTeam } from "./kernel-team.ts";

/** Elements of one call: enough to make the call itself free, few enough to share the work evenly. */
const CHUNK_ELEMENTS = 1 << 16;
/** Some half a millisecond of work: less is not worth waking a thread for. */
const ELEMENTS_PER_THREAD = 1 << 19;
/** What `compileSquaredSum` leaves. */
const PARTIAL_SUMS = 2;
/** Numbers of the jobs. */
const NORM = 0;
const UPDATE = 1;
const FIRST_SUM = 2;
const SUM = 3;
const TENSOR_NORMS = 4;
const MOVE = 5;

/**
 * Compiles the graphs to WebAssembly SIMD, one pass over memory each, and shares the chunks out among threads.
 *
 * Results do not depend on the number of threads: elements are updated one by one, and the norm adds the chunks' sums in their order.
 */
export class KernelExecutor implements UpdateExecutor {
  readonly scalars = new Map<ArenaSegment, ReadonlyMap<string, Float32Array>>();
  readonly #partialSums: Float64Array;
  /** Of each tensor: its rate, and the partial sums of its chunks, one after another. */
  readonly #tensors: readonly { readonly rate: Float32Array; readonly sums: Record<keyof TensorNorms, Float64Array> }[];
  readonly #team: KernelTeam;

  /** @param options.threads The calling one included. Default: the cores this process may use. */
  constructor(program: UpdateProgram, memory: KernelMemory, options: { readonly threads?: number | undefined }) {
    const { arena, graphs, buffers, directions, sums } = program;
    const norms: KernelCall[] = [];
    const updates: KernelCall[] = [];
    const chunks = arena.segments.flatMap((segment) => chunkBounds(segment, CHUNK_ELEMENTS));
    this.#partialSums = memory.allocate(Float64Array, PARTIAL_SUMS * chunks.length);
    for (const [i, bounds] of chunks.entries()) {
      const partialSum = this.#partialSums.subarray(PARTIAL_SUMS * i);
      norms.push({ kernel: "squaredSum", arguments: [...bytes(bounds), partialSum.byteOffset] });
    }
    for (const segment of arena.segments) {
      if (graphs === undefined) break;
      const names = scalarNames(graphOf(graphs, segment));
      const values = memory.allocate(Float32Array, names.length);
      this.scalars.set(segment, new Map(names.map((name, i) => [name, values.subarray(i, i + 1)])));
      const kernel = segment.decay ? "decaying" : "plain";
      for (const bounds of chunkBounds(segment, CHUNK_ELEMENTS)) {
        updates.push({ kernel, arguments: [...bytes(bounds), values.byteOffset] });
      }
    }
    const tensors = (directions === undefined ? [] : arena.tensors).map((tensor) => {
      const chunks = chunkBounds(tensor, CHUNK_ELEMENTS).map(bytes);
      const partialSums = () => memory.allocate(Float64Array, PARTIAL_SUMS * chunks.length);
      const rate = memory.allocate(Float32Array, 1);
      return { chunks, rate, sums: { weight: partialSums(), direction: partialSums() } };
    });
    this.#tensors = tensors;
    const tensorNorms = tensors.flatMap(({ chunks, sums: { weight, direction } }) =>
      chunks.flatMap(([start, end], i): KernelCall[] => {
        const at = (partialSums: Float64Array) => partialSums.subarray(PARTIAL_SUMS * i).byteOffset;
        return [
          { kernel: "weightSquaredSum", arguments: [start, end, at(weight)] },
          { kernel: "directionSquaredSum", arguments: [start, end, at(direction)] },
        ];
      }),
    );
    const moves = tensors.flatMap(({ chunks, rate }) =>
      chunks.map(([start, end]): KernelCall => ({ kernel: "move", arguments: [start, end, rate.byteOffset] })),
    );
    const whole = chunkBounds({ offset: 0, length: arena.length }, CHUNK_ELEMENTS).map(bytes);
    const everywhere = (kernel: string) =>
      whole.map(([start, end]): KernelCall => ({ kernel, arguments: [start, end, 0] }));
    const accumulation = { sum: sums ?? arena.gradients, gradient: arena.gradients };
    const written = directions === undefined ? buffers : { ...buffers, direction: directions };
    const module = compileWasm({
      squaredSum: compileSquaredSum(buffers.gradient.byteOffset),
      ...(graphs === undefined
        ? {}
        : { decaying: compile(graphs.decaying, written), plain: compile(graphs.plain, written) }),
      firstSum: compile(buildAccumulateGraph(true), accumulation),
      sum: compile(buildAccumulateGraph(false), accumulation),
      ...(directions === undefined
        ? {}
        : {
            weightSquaredSum: compileSquaredSum(buffers.weight.byteOffset),
            directionSquaredSum: compileSquaredSum(directions.byteOffset),
            move: compile(buildMoveGraph(), written),
          }),
    });
    const work = {
      module,
      memory: memory.memory,
      jobs: [norms, updates, everywhere("firstSum"), everywhere("sum"), tensorNorms, moves],
      control: memory.allocate(Int32Array, CONTROL_WORDS),
    };
    const threads = Math.min(options.threads ?? availableParallelism(), Math.ceil(arena.length / ELEMENTS_PER_THREAD));
    this.#team = new KernelTeam(work, threads);
  }

  async squaredNorm(): Promise<number> {
    this.#team.run(NORM);
    return Math.fround(total(this.#partialSums));
  }

  async update(): Promise<void> {
    this.#team.run(UPDATE);
  }

  async tensorNorms(): Promise<readonly TensorNorms[]> {
    this.#team.run(TENSOR_NORMS);
    return this.#tensors.map(({ sums }) => ({ weight: norm(sums.weight), direction: norm(sums.direction) }));
  }

  async move(rates: readonly number[]): Promise<void> {
    for (const [i, { rate }] of this.#tensors.entries()) rate[0] = rates[i]!;
    this.#team.run(MOVE);
  }

  async accumulate(isFirst: boolean): Promise<void> {
    this.#team.run(isFirst ? FIRST_SUM : SUM);
  }

  release(): void {
    this.#team.release();
  }
}

function total(partialSums: Float64Array): number {
  return partialSums.reduce((sum, part) => sum + part, 0);
}

function norm(partialSums: Float64Array): number {
  return Math.sqrt(total(partialSums));
}

function bytes([start, end]: [number, number]): [number, number] {
  return [start * Float32Array.BYTES_PER_ELEMENT, end * Float32Array.BYTES_PER_ELEMENT];
}

/** Each output `x.next` goes where the input `x` lies. */
function compile(graph: Graph, buffers: Readonly<Record<string, Float32Array>>) {
  const addresses = Object.entries(buffers).flatMap(([name, { byteOffset }]) => [
    [name, byteOffset],
    [`${name}.next`, byteOffset],
  ]);
  return compileElementwise(graph, Object.fromEntries(addresses));
}
