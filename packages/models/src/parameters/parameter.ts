import type { Tensor } from "@modelwright/engine";

/** A learned array and how an optimiser treats it. */
export interface Parameter {
  /** Its name in the graph, in checkpoints and in gradients: `encoder.layer0.attention.query.weight`. */
  readonly name: string;
  readonly tensor: Tensor<"float32">;
  /** False for biases, norms and scalars: weight decay spares them. */
  readonly decay: boolean;
}

/** Parameters by name, in the order in which the architecture asks for them. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** The number of learned values. */
export function countParameters(parameters: Parameters): number {
  return [...parameters.values()].reduce((sum, { tensor }) => sum + tensor.data.length, 0);
}
