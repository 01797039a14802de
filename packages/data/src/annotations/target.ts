import { ModelwrightError } from "@modelwright/contracts";
import { counted, listed } from "../report-builder.ts";
import type { RowAsRead, RowWith } from "../roles/read-rows.ts";
import type { Annotation } from "./annotation.ts";

/** What the checks tell of rows with a number. */
export interface TargetFound {
  readonly least: number;
  readonly greatest: number;
}

/** Parts of equal size into which targets are cut, where there are so many rows. */
const MOST_BINS = 10;
const ROWS_PER_BIN = 10;
/** A split of one row tells nothing of how targets vary. */
const ROWS_PER_SPLIT = 2;
/**
 * Interquartile ranges beyond the quartiles from which on a value is "far out" (Tukey 1977, Exploratory Data
 * Analysis).
 */
const FAR_OUT = 3;

/** A number per row. */
export const TARGET: Annotation<"target", TargetFound> = {
  role: "target",
  noun: "target",
  stratum: "quantiles of the target",
  shown: ({ target }) => String(target),
  key: ({ target }) => String(target),
  digested: ({ target }) => target,
  strata: quantileBins,
  check: (rows, { file, splits, report }) => {
    const values = Float64Array.from(rows, ({ target }) => target).sort();
    const needed = splits * ROWS_PER_SPLIT;
    if (rows.length < needed) throw new ModelwrightError("DATA_TOO_FEW_ROWS", { file, rows: rows.length, needed });
    const [least, greatest] = [values[0]!, values.at(-1)!];
    if (least === greatest)
      throw new ModelwrightError("DATA_TARGET_CONSTANT", { file, target: least, rows: rows.length });
    report.warn(...outliers(rows, values));
    return { least, greatest };
  },
  checkPublished: () => {},
  absent: () => [],
};

/**
 * The tenth of the targets to which each row belongs; fewer parts for fewer than a hundred rows. Equal
 * targets share theirs.
 */
function quantileBins(rows: readonly RowAsRead<"target">[]): (readonly [string])[] {
  const values = Float64Array.from(rows.flatMap(({ target }) => target ?? [])).sort();
  const bins = Math.min(MOST_BINS, Math.max(1, Math.floor(values.length / ROWS_PER_BIN)));
  const bounds = Array.from({ length: bins - 1 }, (_, i) => quantile(values, (i + 1) / bins));
  return rows.map(({ target }) => {
    if (target === undefined) return [""];
    const bin = bounds.findIndex((bound) => target <= bound);
    return [`bin ${bin < 0 ? bounds.length : bin}`];
  });
}

function outliers(rows: readonly RowWith<"target">[], sorted: Float64Array): string[] {
  const [lower, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = FAR_OUT * (upper - lower);
  const far = reach === 0 ? [] : rows.filter(({ target }) => target < lower - reach || target > upper + reach);
  if (far.length === 0) return [];
  const where = listed(far.map(({ target, origin }) => `${target} (${origin.file}:${origin.line})`));
  return [
    `${counted(far.length, "row")} with a target more than ${FAR_OUT} interquartile ranges beyond the middle half: ${where}`,
  ];
}

/**
 * Linear between the neighbours, as NumPy's default.
 *
 * @param sorted Ascending, at least one.
 */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (at - below);
}
