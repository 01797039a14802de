import type { Tensor } from "@modelwright/engine";

/** Parameters of one group share a learning rate. */
export type ParameterGroup = (typeof PARAMETER_GROUPS)[number];

/** A parameter is of the group that its outermost scope names, and of the encoder otherwise. */
export const PARAMETER_GROUPS = ["encoder", "head", "bag"] as const;

/** A learned array and how an optimiser treats it. */
export interface Parameter {
  /** Its name in the graph, in checkpoints and in gradients: `encoder.layer0.attention.query.weight`. */
  readonly name: string;
  readonly tensor: Tensor<"float32">;
  /** False for biases, norms and scalars: weight decay spares them. */
  readonly decay: boolean;
  readonly group: ParameterGroup;
}

/** Parameters by name, in the order in which the architecture asks for them. */
export type Parameters = ReadonlyMap<string, Parameter>;

/** The number of learned values. */
export function countParameters(parameters: Parameters): number {
  return [...parameters.values()].reduce((sum, { tensor }) => sum + tensor.data.length, 0);
}
