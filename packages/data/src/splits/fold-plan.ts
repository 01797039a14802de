import { ModelwrightError } from "@modelwright/contracts";
import { divideRows } from "./divide-rows.ts";
import { type Division, type SplitSettings, takeDivision } from "./division.ts";
import { foldRows } from "./fold-rows.ts";

/** Each row, or what stands together with it, is answered by a model of all the others. */
export const LEAVE_ONE_OUT = "leave-one-out";
/** More models than so many are no measurement but a way to wait. */
const MOST_LEFT_OUT = 2000;

export interface FoldSettings {
  readonly folds: number | typeof LEAVE_ONE_OUT;
  /** How many times all rows are divided anew. */
  readonly repeats: number;
  readonly seed: number;
}

/** What one model of a cross-validation learns from, and what it answers for: numbers of development rows, ascending. */
export interface FoldPart {
  /** From 1. */
  readonly repeat: number;
  /** From 1, within the repeat. */
  readonly fold: number;
  readonly train: Int32Array;
  /** Of the rows that are not answered for: what steers the training. */
  readonly validation: Int32Array;
  readonly held: Int32Array;
}

/**
 * Plans a cross-validation of the rows that are not for the test. In each repeat every row is answered for once, by a model that has seen
 * neither it nor a row of its group; the rows left are divided into training and validation as the recipe divides them.
 *
 * Rows that are split by time are answered for by models of earlier rows alone (rolling origin): they fall into one block more than there
 * are folds, and the first one only teaches.
 *
 * @param options.settings How the rows were divided.
 * @throws {ModelwrightError} `EVALUATION_FOLDS_IMPOSSIBLE` where there are more folds than groups, too many rows to leave one out, or
 *   where a fold or its validation rows would be empty.
 */
export function planFolds(
  division: Division,
  { folds: wanted, repeats, seed, settings }: FoldSettings & { readonly settings: SplitSettings },
): readonly FoldPart[] {
  const rows = division.places.length;
  const groups = new Set(division.groups).size;
  const folds = wanted === LEAVE_ONE_OUT ? groups : wanted;
  const impossible = (problem: string) => {
    throw new ModelwrightError("EVALUATION_FOLDS_IMPOSSIBLE", { folds: wanted, rows, groups, problem });
  };
  if (wanted === LEAVE_ONE_OUT && groups > MOST_LEFT_OUT)
    impossible(`more than ${MOST_LEFT_OUT.toLocaleString("en-US")} models would be trained`);
  const isRolling = settings.by === "time";
  if (groups < folds + Number(isRolling)) impossible("every fold needs at least one");
  const validation = settings.validation / (1 - settings.test);
  const plan: FoldPart[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const parts = isRolling ? rolling(division, folds) : around(division, { folds, seed: seed + repeat - 1 });
    for (const [i, { held, others }] of parts.entries()) {
      const { split } = divideRows(takeDivision(division, others), { ...settings, test: 0, validation });
      const pick = (chosen: readonly number[]) => Int32Array.from(chosen, (row) => others[row]!);
      const part = { repeat, fold: i + 1, train: pick(split.train), validation: pick(split.validation), held };
      if (held.length === 0) impossible(`fold ${i + 1} would have no row to answer for`);
      if (part.train.length === 0) impossible(`fold ${i + 1} would have no row to learn from`);
      if (validation > 0 && part.validation.length === 0) impossible(`fold ${i + 1} would have no row to validate on`);
      plan.push(part);
    }
  }
  return plan;
}

interface Part {
  readonly held: Int32Array;
  readonly others: Int32Array;
}

/** Each fold is held out once, all the others teach. */
function around(
  { groups, strata }: Division,
  options: { readonly folds: number; readonly seed: number },
): readonly Part[] {
  return foldRows({ groups, strata, ...options }).map((rows) => {
    const aside = new Set(rows);
    return { held: Int32Array.from(rows), others: Int32Array.from(groups.keys()).filter((row) => !aside.has(row)) };
  });
}

/** Blocks of about one size that follow one another in time; what is before a block teaches. */
function rolling(division: Division, folds: number): readonly Part[] {
  const parts: Part[] = [];
  let left = Int32Array.from(division.groups.keys());
  for (let fold = folds; fold >= 1; fold--) {
    const { split } = divideRows(takeDivision(division, left), {
      by: "time",
      test: 1 / (fold + 1),
      validation: 0,
      stratify: false,
      seed: 0,
    });
    const [held, others] = [split.test, split.train].map((chosen) => Int32Array.from(chosen, (row) => left[row]!));
    parts.unshift({ held: held!, others: others! });
    left = others!;
  }
  return parts;
}
