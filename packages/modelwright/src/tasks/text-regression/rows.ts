import type { Recipes } from "@modelwright/contracts";
import { itemOf, type RowWith, TARGET } from "@modelwright/data";
import { showNumber } from "../../wording/show-number.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { evaluationTextRows, prepareTextRows } from "../text-encoder/text-rows.ts";

/** Rows of texts with a number each. */
export type NumberRows = readonly RowWith<"text" | "target">[];

/** Reads, cleans and splits rows of texts and numbers. */
export async function prepareRows(
  recipe: Recipes["text-regression"],
  context: DataContext,
): Promise<PreparedData<NumberRows>> {
  const { found: _, ...prepared } = await prepareTextRows(recipe, {
    annotation: TARGET,
    splitOf: (rows) => rows,
    context,
  });
  return prepared;
}

/** Rows of a file for a stored version. */
export function evaluationRows(source: EvaluationSource): Promise<EvaluationRows<NumberRows>> {
  return evaluationTextRows(source, { role: "target", splitOf: (rows) => rows });
}

export function targetsOf(rows: NumberRows): Float64Array {
  return Float64Array.from(rows, ({ target }) => target);
}

/** The test rows of the smallest, the middle and the largest number. */
export function trialsOf(rows: NumberRows): readonly Trial[] {
  const sorted = [...rows].sort((a, b) => a.target - b.target);
  const places = new Set([0, Math.floor(sorted.length / 2), sorted.length - 1]);
  return [...places].map((place) => {
    const row = sorted[place]!;
    return { item: itemOf(row), actual: showNumber(row.target) };
  });
}
