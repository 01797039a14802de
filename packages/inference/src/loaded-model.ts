import type { AnswerOf, ItemOf, ManifestOf, OptionsOf, TaskName } from "@modelwright/contracts";
import type { TextWriter } from "./generation/text-writer.ts";

/** What a prediction may be asked for. */
export interface PredictRequest<Task extends TaskName> {
  /** Default: the task's own defaults. */
  readonly options?: OptionsOf<Task> | undefined;
  /** Ends the work early, between two runs of the session; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Lets the calling thread do the work where it is one run of the session, and makes everything else on it wait. Default false. */
  readonly blocking?: boolean | undefined;
}

/** What was seen while a model was warmed up. */
export interface WarmUp {
  /** Milliseconds of the largest item that the model reads, alone; absent where an item may take any time. */
  readonly longestItemMs?: number;
}

/** Items that are ready to be run: tokenized, decoded. */
export interface PreparedItems<Task extends TaskName, Raw> {
  /**
   * Runs the model.
   *
   * @returns One raw answer per item, in their order. They can cross to another thread by structured clone.
   */
  run(request?: PredictRequest<Task>): Promise<readonly Raw[]>;
}

/**
 * A version loaded from its folder: what server, command line, SDK and pipeline predict with.
 *
 * `Raw` is what the model gives before it is shown. It may hold more than an answer does, since how much of it a client sees is decided by
 * options that need no second run: `InferenceRow.show` makes the answer.
 */
export interface LoadedModel<Task extends TaskName, Raw = unknown> {
  readonly manifest: ManifestOf<Task>;
  /** Makes items ready. It may be called while other items run. */
  prepare(items: readonly ItemOf<Task>[]): PreparedItems<Task, Raw> | Promise<PreparedItems<Task, Raw>>;
  /** Answers of items, in their order. */
  predict(items: readonly ItemOf<Task>[], request?: PredictRequest<Task>): Promise<AnswerOf<Task>[]>;
  /** Present where the model writes texts, and so can be asked for them as they come. */
  readonly writer?: TextWriter;
  /** Runs what the first requests would wait for: the first run of a shape allocates. */
  warmUp(): Promise<WarmUp>;
  /** Frees the session; nothing may be asked afterwards. */
  release(): void;
}
