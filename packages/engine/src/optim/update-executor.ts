import type { Graph } from "../graph/graph.ts";
import type { ArenaSegment, ParameterArena } from "./parameter-arena.ts";

/** The step over weights that decay, and over those that do not: see `buildUpdateGraph`. */
export interface UpdateGraphs {
  readonly decaying: Graph;
  readonly plain: Graph;
}

/** What an optimiser computes, as graphs, and the memory that it computes on. */
export interface UpdateProgram {
  readonly arena: ParameterArena;
  /** The step, where it is element-wise. */
  readonly graphs: UpdateGraphs | undefined;
  /** The buffers of its inputs, each laid out like the arena. */
  readonly buffers: Readonly<Record<string, Float32Array>> & {
    readonly weight: Float32Array;
    readonly gradient: Float32Array;
  };
  /** Where a rule with a trust ratio leaves its directions. */
  readonly directions: Float32Array | undefined;
  /** Where accumulated gradients are summed, if they are. */
  readonly sums: Float32Array | undefined;
}

/** L2 norms of one tensor's weights and of the direction in which it is to move. */
export interface TensorNorms {
  readonly weight: number;
  readonly direction: number;
}

/** A way to run the arithmetic of an optimiser over the whole arena, in place. */
export interface UpdateExecutor {
  /** The scalar inputs that each segment's step reads, one element each: write them before `update`. */
  readonly scalars: ReadonlyMap<ArenaSegment, ReadonlyMap<string, Float32Array>>;
  /** Σ g² in float32's range: Infinity where it is left. */
  squaredNorm(): Promise<number>;
  update(): Promise<void>;
  /** By tensor of the arena, once `update` has left directions. */
  tensorNorms(): Promise<readonly TensorNorms[]>;
  /** Moves each tensor of the arena against its direction, by its own rate. */
  move(rates: readonly number[]): Promise<void>;
  /** Adds the gradients to the sums; the first ones replace them. */
  accumulate(isFirst: boolean): Promise<void>;
  release(): void;
}

/** The step's graph for a segment. */
export function graphOf({ decaying, plain }: UpdateGraphs, segment: ArenaSegment): Graph {
  return segment.decay ? decaying : plain;
}

/** Names of the scalar inputs, in order. */
export function scalarNames(graph: Graph): string[] {
  return graph.inputs.filter(({ shape }) => shape.length === 0).map(({ name }) => name);
}

/** Cuts elements `offset` to `offset + length` into parts of at most `size`. */
export function chunkBounds(
  { offset, length }: { readonly offset: number; readonly length: number },
  size: number,
): [start: number, end: number][] {
  const bounds: [number, number][] = [];
  for (let start = offset; start < offset + length; start += size) {
    bounds.push([start, Math.min(start + size, offset + length)]);
  }
  return bounds;
}
