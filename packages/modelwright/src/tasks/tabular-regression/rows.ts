import type { OwnManifestOf, Recipes } from "@modelwright/contracts";
import {
  checkFeatureSettings,
  prepareTable,
  type RoleColumns,
  readEvaluationTable,
  rowItem,
  TARGET,
  type TableRows,
} from "@modelwright/data";
import { showNumber } from "../../wording/show-number.ts";
import { checkRowFences } from "../table-rows/row-fences.ts";
import { preparedTable } from "../table-rows/table-split.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";

/** Rows with a number each. */
export type NumberTable = TableRows<"target">;

/** Reads, cleans and splits a table whose rows have a number each. */
export async function prepareRows(
  recipe: Recipes["tabular-regression"],
  { baseDir, continues, onVersion, onProgress }: DataContext,
): Promise<PreparedData<NumberTable>> {
  const prepared = await prepareTable(recipe.data, {
    annotation: TARGET,
    baseDir,
    continues,
    onVersion,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read", ...progress }),
  });
  checkFeatureSettings(prepared.train.frame, recipe.features);
  checkRowFences(prepared.train.frame, recipe.data.clean.outliers, recipe.data.columns.target);
  return preparedTable(prepared, (rows) => rows);
}

/** Rows of a file for a stored version. */
export function evaluationRows(
  { preprocessing }: Pick<OwnManifestOf<"tabular-regression">, "preprocessing">,
  { source, columns, encoding, trained }: EvaluationSource,
): Promise<EvaluationRows<NumberTable>> {
  return readEvaluationTable(source, {
    annotation: TARGET,
    read: preprocessing.columns,
    columns: columns as RoleColumns,
    trained: trained.columns,
    encoding,
  });
}

export function targetsOf({ rows }: NumberTable): Float64Array {
  return Float64Array.from(rows, ({ target }) => target);
}

/** The test rows of the smallest, the middle and the largest number. */
export function trialsOf({ rows, frame }: NumberTable): readonly Trial[] {
  const order = [...rows.keys()].sort((a, b) => rows[a]!.target - rows[b]!.target);
  const places = new Set([0, Math.floor(order.length / 2), order.length - 1]);
  return [...places].map((place) => {
    const row = order[place]!;
    return { item: rowItem(frame, row), actual: showNumber(rows[row]!.target) };
  });
}
