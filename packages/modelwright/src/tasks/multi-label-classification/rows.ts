import type { ManifestOf, Recipes } from "@modelwright/contracts";
import { itemOf, LABEL_SET } from "@modelwright/data";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { evaluationTextRows, prepareTextRows, type TextRows } from "../text-encoder/text-rows.ts";
import { showLabelSet } from "./show-label-set.ts";

type Task = "multi-label-classification";

/** Rows of a split; labels that a row may have are the same in every split. */
export interface LabelSetRows {
  /** Index in this list = index of the output. */
  readonly labels: readonly string[];
  readonly rows: TextRows<"labels">;
}

/** Reads, cleans and splits rows with any number of labels. */
export async function prepareRows(recipe: Recipes[Task], context: DataContext): Promise<PreparedData<LabelSetRows>> {
  const { found, ...prepared } = await prepareTextRows(recipe, {
    annotation: LABEL_SET,
    splitOf: (rows, { labels }) => ({ labels, rows }),
    context,
  });
  return { ...prepared, labels: found.labels };
}

/** Rows of a file for a stored version; those with a label that it does not know are counted. */
export function evaluationRows(
  { labels }: ManifestOf<Task>,
  source: EvaluationSource,
): Promise<EvaluationRows<LabelSetRows>> {
  const known = new Set(labels);
  return evaluationTextRows(source, {
    role: "labels",
    splitOf: (rows) => ({ labels, rows }),
    unknown: (row) => row.labels.filter((label) => !known.has(label)),
  });
}

/** 1 where a row has a label, row-major `[rows, labels]`. */
export function marksOf({ labels, rows }: LabelSetRows): Uint8Array {
  const place = new Map(labels.map((label, index) => [label, index]));
  const marks = new Uint8Array(rows.length * labels.length);
  rows.forEach((row, i) => {
    for (const label of row.labels) marks[i * labels.length + place.get(label)!] = 1;
  });
  return marks;
}

const TRIALS = 3;

/** Test rows with as different numbers of labels as there are. */
export function trialsOf({ rows }: LabelSetRows): readonly Trial[] {
  const byCount = new Map(rows.toReversed().map((row) => [row.labels.length, row]));
  const chosen = [...new Set([...byCount.values(), ...rows])].slice(0, TRIALS);
  return chosen.map((row) => ({ item: itemOf(row), actual: showLabelSet(row.labels) }));
}
