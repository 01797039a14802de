import { type Graph, GraphBuilder, poolBeforeProducts, type Value } from "@modelwright/engine";
import {
  type BufferState,
  type BuildOptions,
  type DropoutInput,
  LayerContext,
  type NoiseInput,
} from "../layers/layer-context.ts";
import type { Parameters } from "../parameters/parameter.ts";
import type { ParameterSource } from "../parameters/parameter-source.ts";

/** A graph with what its caller must know to feed it. */
export interface BuiltModel {
  readonly graph: Graph;
  /** Data inputs, in order; neither parameters nor dropout masks. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Every parameter of the graph, trained or not. Their tensors are those that were given, not copies. */
  readonly parameters: Parameters;
  /** Masks that a training graph is fed at each step; empty for inference. */
  readonly dropouts: readonly DropoutInput[];
  /** Normal numbers that a training graph is fed at each step. */
  readonly noises: readonly NoiseInput[];
  /** State that training changes without a gradient; a training graph gives the values after the step as further outputs. */
  readonly buffers: ReadonlyMap<string, BufferState>;
  /** Beginnings of the node names of each layer that training may compute again instead of keeping what is inside. */
  readonly segments: readonly string[];
  /** Names of the values that count as constants in the backward pass. */
  readonly detached: readonly string[];
  /** Scopes of the layers that have an adapter; empty in a build without adapters. */
  readonly adapted: ReadonlySet<string>;
}

export interface BuildModelOptions {
  readonly name: string;
  readonly source: ParameterSource;
  readonly build: BuildOptions;
  /** Adds the data inputs, the layers and the result; called once. */
  readonly body: (c: LayerContext) => {
    readonly inputs: readonly Value[];
    readonly outputs: Readonly<Record<string, Value>>;
  };
}

/** Builds a graph from a function on a fresh context. Means over positions are taken before a last projection, not after it. */
export function buildModel({ name, source, build, body }: BuildModelOptions): BuiltModel {
  const b = new GraphBuilder({ name });
  const c = new LayerContext(b, source, build);
  const { inputs, outputs } = body(c);
  for (const [output, value] of Object.entries(outputs)) b.output(value, output);
  return {
    graph: poolBeforeProducts(b.build()),
    inputs: inputs.map((input) => input.name),
    outputs: Object.keys(outputs),
    parameters: c.parameters,
    dropouts: c.dropouts,
    noises: c.noises,
    buffers: c.buffers,
    segments: c.segments,
    detached: c.detachedValues,
    adapted: c.adapted,
  };
}
