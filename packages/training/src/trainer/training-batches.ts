import type { Batch } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";

/** The batches of one update, laid out. */
export interface UpdateBatches {
  /** Of each batch; losses are scaled so that they and their gradients add up to the mean over the update. */
  readonly feeds: readonly Readonly<Record<string, Tensor>>[];
  /** What the batches weigh together. */
  readonly weight: number;
}

/** What is trained on. */
export interface TrainingBatches {
  /** Batches of one pass; the same number in every pass. */
  plan(epoch: number): readonly Batch[];
  update(batches: readonly Batch[], epoch: number): UpdateBatches;
}
