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

export interface BatchOutcome<Answer> {
  /** One per item, in their order: a `FailedItem` for one that failed while others did not. */
  readonly answers: readonly (Answer | FailedItem)[];
  /** For how long it kept a worker from the next batch; absent where it was no usual run. */
  readonly durationMs?: number;
  /** In the worker, without the way there and back; absent where it was run in parts. */
  readonly preparationMs?: number;
  readonly inferenceMs?: number;
}

/** What runs batches; for the batcher, a number of places. */
export interface BatchExecutor<Item, Answer> {
  /** Batches that run at once, each in a worker. */
  readonly size: number;
  /** True when a worker has nothing to do. */
  readonly hasIdle: boolean;
  /** True when a worker that runs a batch can take another one, to run it next. */
  readonly hasSpare: boolean;
  /** Called only while there is a place. */
  execute(batch: Batch<Item>): Promise<BatchOutcome<Answer>>;
  /** Is to be called whenever a place becomes free. One listener. */
  onFree: (() => void) | undefined;
}
