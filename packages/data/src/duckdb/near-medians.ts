import type { Quantiles } from "../profile/table-profile.ts";
import type { DuckDbValue } from "./open-duckdb.ts";

/** Numbers of which it is known where about they lie. */
export interface NearlyKnown {
  /** A `DOUBLE`, null where there is none; SQL. */
  readonly value: string;
  /** Of about these numbers. */
  readonly quantiles: Quantiles;
}

/** How far from the median it is looked for, as a share of the way to the quartiles. */
const NEAR = 1 / 16;

/**
 * Exact medians by two readings: the first counts the numbers below the place where each should be, the second puts those near it in order. Less than
 * half of the time of DuckDB's `median`, which orders all. `undefined` for one that lies elsewhere after all.
 *
 * @param ask Answers expressions over all rows.
 */
export async function nearMedians(
  columns: readonly NearlyKnown[],
  ask: (selected: readonly string[]) => Promise<readonly DuckDbValue[]>,
): Promise<readonly (number | undefined)[]> {
  if (columns.length === 0) return [];
  const near = columns.map(({ value, quantiles: { p25, p50, p75 } }) => {
    const [low, high] = [p50 - NEAR * (p50 - p25), p50 + NEAR * (p75 - p50)];
    return { value, low, high, isNear: `${value} BETWEEN ${low} AND ${high}` };
  });
  // A sum of zeros and ones takes half of the time of a count with a filter.
  const sum = (condition: string) => `coalesce(sum((${condition})::TINYINT), 0)`;
  const counts = await ask(
    near.flatMap(({ value, low, high }) => [`count(${value})`, sum(`${value} < ${low}`), sum(`${value} <= ${high}`)]),
  );
  const shares = near.map((_, i) => {
    const [all, below, upTo] = counts.slice(3 * i, 3 * i + 3).map(Number) as [number, number, number];
    // Half a place on, so that rounding leads to no other.
    return [Math.floor((all - 1) / 2), Math.floor(all / 2)].map((place) => (place - below + 0.5) / (upTo - below));
  });
  const isThere = shares.map((both) => both.every((share) => share > 0 && share < 1));
  const found = await ask(
    near.map(({ value, isNear }, i) =>
      isThere[i] === true
        ? `to_json(quantile_disc(${value}, [${shares[i]!.join(", ")}]) FILTER (${isNear}))::VARCHAR`
        : "NULL",
    ),
  );
  return near.map((_, i) => {
    if (isThere[i] !== true) return undefined;
    const [lower, upper] = JSON.parse(String(found[i])) as [number, number];
    return lower + (upper - lower) / 2;
  });
}
