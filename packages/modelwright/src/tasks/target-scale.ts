import { type Graph, GraphBuilder } from "@modelwright/engine";

/**
 * Where the numbers of the training rows lie. The network learns them standardised, since the pace of training depends on their size; the
 * graph that is served gives them in their own unit.
 */
export interface TargetScale {
  readonly mean: number;
  /** The standard deviation over the training rows; 1 where they are all alike. */
  readonly deviation: number;
}

/** @param targets Numbers of the training rows, one at least. */
export function scaleOf(targets: Float64Array): TargetScale {
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const variance = targets.reduce((sum, target) => sum + (target - mean) ** 2, 0) / targets.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

export function standardised(targets: Float64Array, { mean, deviation }: TargetScale): Float64Array {
  return targets.map((target) => (target - mean) / deviation);
}

/** @param values What the network gives. */
export function inUnit(values: ArrayLike<number>, { mean, deviation }: TargetScale): Float64Array {
  return Float64Array.from(values, (value) => value * deviation + mean);
}

/** A graph whose output `logits`, `[batch, 1]`, is standardised, as one with the output `value` in the target's unit. */
export function withValueOutput(graph: Graph, { mean, deviation }: TargetScale): Graph {
  const [logits] = graph.outputs;
  const b = GraphBuilder.from({ ...graph, outputs: [] }, { mustFit: () => false });
  const scaled = b.op("Mul", [b.value(logits!.name), b.scalar(deviation)]);
  b.output(b.op("Add", [scaled, b.scalar(mean)]), "value");
  return b.build();
}
