import type { OwnManifestOf, Recipes } from "@modelwright/contracts";
import {
  checkFeatureSettings,
  LABEL,
  prepareTable,
  type RoleColumns,
  readEvaluationTable,
  rowItem,
  type TableRows,
} from "@modelwright/data";
import { checkRowFences } from "../table-rows/row-fences.ts";
import { preparedTable, takeTableRows } from "../table-rows/table-split.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { unknownLabels } from "../unknown-labels.ts";

/** Rows with one of some labels each. */
export interface LabelledTable extends TableRows<"label"> {
  /** Sorted; the index of a label is its class number. */
  readonly labels: readonly string[];
}

/** Reads, cleans and splits a table whose rows have a label each. */
export async function prepareRows(
  recipe: Recipes["tabular-classification"],
  { baseDir, continues, onVersion, onProgress }: DataContext,
): Promise<PreparedData<LabelledTable>> {
  const prepared = await prepareTable(recipe.data, {
    annotation: LABEL,
    baseDir,
    continues,
    onVersion,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read", ...progress }),
  });
  checkFeatureSettings(prepared.train.frame, recipe.features);
  checkRowFences(prepared.train.frame, recipe.data.clean.outliers);
  const { labels } = prepared;
  return { ...preparedTable(prepared, (rows) => ({ ...rows, labels })), labels };
}

/** Rows of a file for a stored version. */
export async function evaluationRows(
  manifest: Pick<OwnManifestOf<"tabular-classification">, "labels" | "preprocessing">,
  { source, columns, encoding, trained }: EvaluationSource,
): Promise<EvaluationRows<LabelledTable>> {
  const { labels, preprocessing } = manifest;
  const read = await readEvaluationTable(source, {
    annotation: LABEL,
    read: preprocessing.columns,
    columns: columns as RoleColumns,
    trained: trained.columns,
    encoding,
  });
  const known = new Set(labels);
  const { rows } = read.split;
  const kept = [...rows.keys()].filter((row) => known.has(rows[row]!.label));
  const strange = rows.flatMap(({ id, label }) => (known.has(label) ? [] : [{ text: id, unknown: [label] }]));
  return {
    split: { ...takeTableRows(read.split, Int32Array.from(kept)), labels },
    skipped: read.skipped,
    warnings: read.warnings,
    ...(strange.length === 0 ? {} : { unknown: unknownLabels(strange) }),
  };
}

/** The class number of each row. */
export function classesOf({ labels, rows }: LabelledTable): Int32Array {
  const classOf = new Map(labels.map((label, i) => [label, i]));
  return Int32Array.from(rows, ({ label }) => classOf.get(label)!);
}

/** A test row of each of the first labels. */
export function trialsOf({ labels, rows, frame }: LabelledTable): readonly Trial[] {
  const places = labels.map((label) => rows.findIndex((row) => row.label === label)).filter((place) => place >= 0);
  return places.slice(0, MOST_TRIALS).map((row) => ({ item: rowItem(frame, row), actual: rows[row]!.label }));
}

const MOST_TRIALS = 3;
