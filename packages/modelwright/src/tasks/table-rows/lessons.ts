import { takeRows } from "@modelwright/data";
import type { DenseTargets } from "@modelwright/training";
import type { TableLesson } from "./learner.ts";

/** Tenths of the numbers: what is kept alike where rows are divided. */
const BINS = 10;

/** Some rows of a lesson. */
export function takeLesson({ frame, targets, weights }: TableLesson, rows: Int32Array): TableLesson {
  return {
    frame: takeRows(frame, rows),
    targets: takeTargets(targets, rows),
    ...(weights === undefined ? {} : { weights: Float64Array.from(rows, (row) => weights[row]!) }),
  };
}

function takeTargets(targets: DenseTargets, rows: Int32Array): DenseTargets {
  if (targets.kind === "numbers")
    return { kind: "numbers", actual: Float64Array.from(rows, (row) => targets.actual[row]!) };
  return { ...targets, actual: rows.map((row) => targets.actual[row]!) };
}

/** Of each row what parts of the rows have in proportion: its class, or the tenth that its number is in. */
export function strataOf(targets: DenseTargets): (readonly [string])[] {
  if (targets.kind === "classes") return Array.from(targets.actual, (label) => [String(label)] as const);
  const { actual } = targets;
  const order = Int32Array.from(actual.keys()).sort((a, b) => actual[a]! - actual[b]!);
  const strata = new Array<readonly [string]>(actual.length);
  order.forEach((row, place) => {
    strata[row] = [String(Math.floor((place * BINS) / order.length))];
  });
  return strata;
}
