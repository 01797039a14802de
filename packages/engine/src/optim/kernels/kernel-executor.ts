import { availableParallelism } from "node:os";
import type { Graph } from "../../graph/graph.ts";
import type { ArenaSegment } from "../parameter-arena.ts";
import { chunkBounds, graphOf, scalarNames, type UpdateExecutor, type UpdateProgram } from "../update-executor.ts";
import { buildAccumulateGraph } from "../update-graph.ts";
import { compileElementwise, compileSquaredSum } from "./compile-kernel.ts";
import { CONTROL_WORDS, type KernelCall } from "./kernel-calls.ts";
import type { KernelMemory } from "./kernel-memory.ts";
import { KernelTeam } from "./kernel-team.ts";
import { encodeModule } from "./wasm-encoder.ts";
import { Module } from "./web-assembly.ts";

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

/**
 * Compiles the graphs to WebAssembly SIMD, one pass over memory each, and shares the chunks out among threads.
 *
 * Results do not depend on the number of threads: elements are updated one by one, and the norm adds the chunks' sums in their order.
 */
export class KernelExecutor implements UpdateExecutor {
  readonly scalars = new Map<ArenaSegment, ReadonlyMap<string, Float32Array>>();
  readonly #partialSums: Float64Array;
  readonly #team: KernelTeam;

  /** @param options.threads The calling one included. Default: the cores this process may use. */
  constructor(program: UpdateProgram, memory: KernelMemory, options: { readonly threads?: number }) {
    const { arena, buffers, sums } = program;
    const norms: KernelCall[] = [];
    const updates: KernelCall[] = [];
    const chunks = arena.segments.flatMap((segment) =>
      chunkBounds(segment, CHUNK_ELEMENTS).map((bounds) => ({ segment, bounds })),
    );
    this.#partialSums = memory.allocate(Float64Array, PARTIAL_SUMS * chunks.length);
    for (const segment of arena.segments) {
      const names = scalarNames(graphOf(program, segment));
      const values = memory.allocate(Float32Array, names.length);
      this.scalars.set(segment, new Map(names.map((name, i) => [name, values.subarray(i, i + 1)])));
    }
    for (const [i, { segment, bounds }] of chunks.entries()) {
      const [start, end] = bytes(bounds);
      const partialSum = this.#partialSums.subarray(PARTIAL_SUMS * i);
      const values = this.scalars.get(segment)!.values().next().value!;
      norms.push({ kernel: "squaredSum", arguments: [start, end, partialSum.byteOffset] });
      updates.push({ kernel: segment.decay ? "decaying" : "plain", arguments: [start, end, values.byteOffset] });
    }
    const whole = chunkBounds({ offset: 0, length: arena.length }, CHUNK_ELEMENTS).map(bytes);
    const everywhere = (kernel: string) =>
      whole.map(([start, end]): KernelCall => ({ kernel, arguments: [start, end, 0] }));
    const accumulation = { sum: sums ?? arena.gradients, gradient: arena.gradients };
    const code = encodeModule({
      squaredSum: compileSquaredSum(buffers.gradient.byteOffset),
      decaying: compile(program.decaying, buffers),
      plain: compile(program.plain, buffers),
      firstSum: compile(buildAccumulateGraph(true), accumulation),
      sum: compile(buildAccumulateGraph(false), accumulation),
    });
    const work = {
      module: new Module(code),
      memory: memory.memory,
      jobs: [norms, updates, everywhere("firstSum"), everywhere("sum")],
      control: memory.allocate(Int32Array, CONTROL_WORDS),
    };
    const threads = Math.min(options.threads ?? availableParallelism(), Math.ceil(arena.length / ELEMENTS_PER_THREAD));
    this.#team = new KernelTeam(work, threads);
  }

  async squaredNorm(): Promise<number> {
    this.#team.run(NORM);
    return Math.fround(this.#partialSums.reduce((sum, part) => sum + part, 0));
  }

  async update(): Promise<void> {
    this.#team.run(UPDATE);
  }

  async accumulate(isFirst: boolean): Promise<void> {
    this.#team.run(isFirst ? FIRST_SUM : SUM);
  }

  release(): void {
    this.#team.release();
  }
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
