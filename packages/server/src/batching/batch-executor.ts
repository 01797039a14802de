/** What runs batches; for the batcher, a number of places. */
export interface BatchExecutor<Result> {
  /** True when a worker has nothing to do. */
  readonly hasIdle: boolean;
  /** True when a worker that runs a batch can take another one, to run it next. */
  readonly hasSpare: boolean;
  /** One result for each text, in their order. Called only while there is a place. */
  execute(model: string, texts: readonly string[]): Promise<readonly Result[]>;
  /** Is to be called whenever a place becomes free. One listener. */
  onFree: (() => void) | undefined;
}
