import { type ManifestOf, ModelwrightError, type Recipes } from "@modelwright/contracts";
import { LABEL, prepareData, readLabelledRows, type TextRow } from "@modelwright/data";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { checkTextEncoder } from "../text-encoder/fit-text-encoder.ts";

type Task = "text-classification";

/** Rows of a split; labels that a row may have are the same in every split. */
export interface LabelledRows {
  /** Index in this list = class number. */
  readonly labels: readonly string[];
  readonly rows: readonly TextRow[];
}

/** Reads, cleans and splits labelled rows. */
export async function prepareRows(
  recipe: Recipes[Task],
  { baseDir, onProgress }: DataContext,
): Promise<PreparedData<LabelledRows>> {
  await checkTextEncoder(recipe);
  const { labels, train, validation, test, digest, report } = await prepareData(recipe.data, {
    annotation: LABEL,
    baseDir,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read" | "duplicates", ...progress }),
  });
  return {
    learning: { train: { labels, rows: train }, validation: { labels, rows: validation } },
    test: new HeldOut({ labels, rows: test }, test.length),
    digest,
    report,
    labels,
  };
}

/** Labelled rows of a file for a stored version; those that it cannot judge are counted. */
export async function evaluationRows(
  { labels }: ManifestOf<Task>,
  { source, columns }: EvaluationSource,
): Promise<EvaluationRows<LabelledRows>> {
  const { rows, skipped, warnings } = await readLabelledRows(source, columns);
  const isKnown = new Set(labels);
  const known = rows.filter(({ label }) => isKnown.has(label));
  if (known.length < rows.length) {
    const unknown = new Set(rows.filter(({ label }) => !isKnown.has(label)).map(({ label }) => label));
    skipped.push({
      rows: rows.length - known.length,
      reason: `labels that the model does not know: ${[...unknown].join(", ")}`,
    });
  }
  if (known.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: source });
  return { split: { labels, rows: known }, skipped, warnings };
}

export function textsOf({ rows }: LabelledRows): string[] {
  return rows.map(({ text }) => text);
}

/** Class numbers of rows. */
export function classesOf({ labels, rows }: LabelledRows): Int32Array {
  const classOf = new Map(labels.map((label, index) => [label, index]));
  return Int32Array.from(rows, ({ label }) => classOf.get(label)!);
}

const TRIALS = 3;

/** A test row of each of the first labels. */
export function trialsOf({ labels, rows }: LabelledRows): readonly Trial[] {
  const first = labels.flatMap((label) => rows.find((row) => row.label === label) ?? []).slice(0, TRIALS);
  const others = rows.filter((row) => !first.includes(row));
  return [...first, ...others].slice(0, TRIALS).map(({ text, label }) => ({ item: text, actual: label }));
}
