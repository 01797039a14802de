import type { FailedItem } from "@modelwright/inference";

/** Items that go through a model together. */
export interface Batch<Item> {
  readonly model: string;
  readonly items: readonly Item[];
  readonly options: object;
  /** True when it holds all of one request for one item, and nothing else waits. */
  readonly isLone: boolean;
  /** Aborted when nobody waits for any answer of the batch any more. */
  readonly signal: AbortSignal;
}

/** What runs batches; for the batcher, a number of places. */
export interface BatchExecutor<Item, Answer> {
  /** True when a worker has nothing to do. */
  readonly hasIdle: boolean;
  /** True when a worker that runs a batch can take another one, to run it next. */
  readonly hasSpare: boolean;
  /** One answer per item, in their order: a `FailedItem` for one that failed while others did not. Called only while there is a place. */
  execute(batch: Batch<Item>): Promise<readonly (Answer | FailedItem)[]>;
  /** Is to be called whenever a place becomes free. One listener. */
  onFree: (() => void) | undefined;
}
