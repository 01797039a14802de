/** What running items took, in milliseconds. */
export interface RunTimes {
  /** Making them ready: of texts, cutting them into tokens. */
  readonly preparationMs: number;
  readonly inferenceMs: number;
  /** The way to the worker and back. */
  readonly transferMs: number;
}

/** What one batch took. */
export interface BatchRun extends RunTimes {
  /** Items in it, whoever sent them. */
  readonly size: number;
}

/** What a request waited for, of all its batches together. */
export interface RequestTimes extends RunTimes {
  /** Until the last of its items left the queue. */
  readonly queuedMs: number;
}

/** Is told of batches that were run. */
export interface BatchWatcher {
  ran(batch: BatchRun): void;
}
