import type { ManifestOf, Recipes } from "@modelwright/contracts";
import { itemOf, LABEL } from "@modelwright/data";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { evaluationTextRows, prepareTextRows, type TextRows } from "../text-encoder/text-rows.ts";
import { labelHints } from "./label-hints.ts";

type Task = "text-classification";

/** Rows of a split; labels that a row may have are the same in every split. */
export interface LabelledRows {
  /** Index in this list = class number. */
  readonly labels: readonly string[];
  readonly rows: TextRows<"label">;
}

/** Reads, cleans and splits labelled rows. */
export async function prepareRows(recipe: Recipes[Task], context: DataContext): Promise<PreparedData<LabelledRows>> {
  const { found, ...prepared } = await prepareTextRows(recipe, {
    annotation: LABEL,
    splitOf: (rows, { labels }) => ({ labels, rows }),
    context,
  });
  const { labels } = found;
  const { report } = prepared;
  return { ...prepared, labels, report: { ...report, warnings: [...report.warnings, ...labelHints(labels)] } };
}

/** Labelled rows of a file for a stored version; those that it cannot be evaluated on are counted. */
export async function evaluationRows(
  { labels }: ManifestOf<Task>,
  source: EvaluationSource,
): Promise<EvaluationRows<LabelledRows>> {
  const known = new Set(labels);
  const read = await evaluationTextRows(source, {
    role: "label",
    splitOf: (rows) => ({ labels, rows }),
    unknown: ({ label }) => (known.has(label) ? [] : [label]),
  });
  return { ...read, warnings: [...read.warnings, ...absentLabels(labels, read.split.rows)] };
}

/** What makes macro averages smaller than a reader expects. */
function absentLabels(labels: readonly string[], rows: LabelledRows["rows"]): string[] {
  const absent = labels.length - new Set(rows.map(({ label }) => label)).size;
  if (absent === 0 || rows.length === 0) return [];
  const which = absent === 1 ? "one" : String(absent);
  const have = absent === 1 ? "has" : "have";
  return [
    `${which} of the ${labels.length} labels ${have} no row here: those that are predicted all the same count as 0 in macro averages`,
  ];
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
  return [...first, ...others].slice(0, TRIALS).map((row) => ({ item: itemOf(row), actual: row.label }));
}
