import type { Tensor } from "@modelwright/engine";

/** The gradients of one update, live: what is written into them is what the optimiser reads. */
export interface UpdateGradients {
  /** All of them in one array, in the same places in every update; the few elements between two of them are 0 and stay so. */
  readonly values: Float32Array;
  /** Of the parameters that are trained, in the order in which they lie in `values`. */
  readonly names: readonly string[];
  /** A parameter's part of `values`, in its shape. */
  of(name: string): Tensor<"float32">;
}

/** What is known of an update before it is made. */
export interface PendingUpdate {
  /** Its number, from 1. */
  readonly update: number;
  /** Mean loss of its batches; what the hook writes does not change it. */
  readonly loss: number;
  /** What its batches weigh together: their rows, or what the data says; of a loss in parts the weight of the first. */
  readonly weight: number;
}

/**
 * Called in each update between accumulation and optimiser, for an all-reduce, federated training or privacy noise.
 *
 * The gradients are those of the mean loss over all batches of the update, before L1 and L2, clipping, gradient noise and weight decay.
 * The mean over several trainers is the sum of weight · gradient divided by the sum of weights. An update whose loss is not finite
 * ends training without a call; a gradient that is not finite afterwards ends it too. Checkpoints know nothing of what a hook keeps.
 */
export type BeforeUpdate = (gradients: UpdateGradients, pending: PendingUpdate) => void | Promise<void>;
