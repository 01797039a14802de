import { type ColumnCures, USUAL_BEYOND } from "@modelwright/contracts";
import type { CuredColumn, ReadCells } from "./cured-cells.ts";
import { nearMedians } from "./near-medians.ts";
import type { DuckDb, DuckDbValue } from "./open-duckdb.ts";

/** What is known of a column before it is cured; of dates in milliseconds since 1970. */
export interface Statistics {
  readonly missing: number;
  /** Rows whose text is changed. */
  readonly changed: number;
  /** What a missing value becomes. */
  readonly put?: string | number;
  /** In the order of `SHARES`. */
  readonly quantiles: readonly number[];
  readonly mean: number;
  readonly deviation: number;
  /** Rows beyond the fences. */
  readonly outside: number;
}

const SHARES = [0.01, 0.25, 0.75, 0.99] as const;

const NUMBER_OF: Readonly<Record<string, (value: string) => string>> = {
  date: (value) => `epoch_ms(${value})::DOUBLE`,
};
/** What a missing value becomes, as SQL; of equally frequent ones the least. */
const PUT: Readonly<Record<string, (value: string) => string>> = {
  mean: (value) => `avg(${value})`,
  median: (value) => `median(${value})`,
  mode: (value) =>
    `(SELECT min(value) FROM (SELECT ${value} AS value, count(*) AS n FROM cells WHERE ${value} IS NOT NULL GROUP BY 1 QUALIFY rank() OVER (ORDER BY n DESC) = 1))`,
};

/** Counts, and computes of all rows what the cures need; by place the columns that have a cure. */
export async function statisticsOf(
  database: DuckDb,
  { sql, columns }: ReadCells,
): Promise<ReadonlyMap<number, Statistics>> {
  const cured = columns.filter(needsStatistics);
  if (cured.length === 0) return new Map();
  const ask = async (selected: readonly string[]): Promise<readonly DuckDbValue[]> => {
    for await (const [row] of database.rows(`WITH cells AS (${sql}) SELECT ${selected.join(", ")} FROM cells`))
      return row!;
    return [];
  };
  const medians = await mediansOf(cured, ask);
  const known = await ask(cured.flatMap((column) => askedOf(column, medians.has(column.place))));
  const first = cured.map((column, i) => {
    const median = medians.get(column.place);
    const others = answered(column, known.slice(i * ASKED, (i + 1) * ASKED));
    return median === undefined ? others : { ...others, put: median };
  });
  const fenced = cured.flatMap(({ chosen, ...column }, i) =>
    chosen.outliers === undefined ? [] : [{ column, i, fence: fenceOf(chosen.outliers, first[i]!) }],
  );
  const outside =
    fenced.length === 0
      ? []
      : await ask(
          fenced.map(
            ({ column, fence: { low, high } }) =>
              `count(*) FILTER (${numberOf(column)} < ${low} OR ${numberOf(column)} > ${high})`,
          ),
        );
  const counts = new Map(fenced.map(({ i }, at) => [i, Number(outside[at])]));
  return new Map(cured.map(({ place }, i) => [place, { ...first[i]!, outside: counts.get(i) ?? 0 }]));
}

/** Whether anything would be done; what fits no kind is missing. */
function needsStatistics({ column: { missing, unfit }, chosen }: CuredColumn): boolean {
  return (
    chosen.outliers !== undefined ||
    chosen.text !== undefined ||
    (chosen.missing !== undefined && missing + unfit.rows > 0)
  );
}

/** Values that are asked of each column. */
const ASKED = 6;

function numberOf({ place, column }: Pick<CuredColumn, "place" | "column">): string {
  return (NUMBER_OF[column.kind] ?? ((value: string) => value))(`v${place}`);
}

/** Of numbers, by place; the profile of all rows, as they were read, leads to them. */
async function mediansOf(
  cured: readonly CuredColumn[],
  ask: (selected: readonly string[]) => Promise<readonly DuckDbValue[]>,
): Promise<ReadonlyMap<number, number>> {
  const asked = cured.flatMap(({ place, column: { kind, numbers }, chosen }) =>
    kind === "number" && chosen.missing === "median" && numbers !== undefined
      ? [{ place, value: `v${place}`, quantiles: numbers.quantiles }]
      : [],
  );
  const found = await nearMedians(asked, ask);
  return new Map(asked.flatMap(({ place }, i) => (found[i] === undefined ? [] : [[place, found[i]]])));
}

function askedOf(column: CuredColumn, hasMedian: boolean): string[] {
  const { missing, outliers, text } = column.chosen;
  const value = numberOf(column);
  const put = typeof missing === "string" && !hasMedian ? PUT[missing] : undefined;
  const none = "NULL";
  return [
    `count(*) FILTER (v${column.place} IS NULL)`,
    text === undefined ? none : `count(*) FILTER (t${column.place})`,
    put === undefined ? none : put(value),
    outliers === undefined ? none : `to_json(quantile_cont(${value}, [${SHARES.join(", ")}]))::VARCHAR`,
    outliers === undefined ? none : `avg(${value})`,
    outliers === undefined ? none : `stddev_samp(${value})`,
  ];
}

function answered(
  { column }: CuredColumn,
  [missing, changed, put, quantiles, mean, deviation]: readonly DuckDbValue[],
): Omit<Statistics, "outside"> {
  const isOrdered = column.kind === "number" || column.kind === "date";
  return {
    missing: Number(missing),
    changed: Number(changed ?? 0),
    ...(put === null || put === undefined ? {} : { put: isOrdered ? Number(put) : String(put) }),
    quantiles: JSON.parse(String(quantiles ?? "[]")) as number[],
    mean: Number(mean),
    deviation: Number(deviation),
  };
}

/** Where values begin to lie far from the others, or what they are winsorised to. */
export function fenceOf(
  { cure, by, beyond }: NonNullable<ColumnCures["outliers"]>,
  { quantiles, mean, deviation }: Pick<Statistics, "quantiles" | "mean" | "deviation">,
): { readonly low: number; readonly high: number } {
  const [p1, p25, p75, p99] = quantiles as [number, number, number, number];
  if (cure === "winsorise") return { low: p1, high: p99 };
  const far = beyond ?? USUAL_BEYOND[by];
  return by === "iqr"
    ? { low: p25 - far * (p75 - p25), high: p75 + far * (p75 - p25) }
    : { low: mean - far * deviation, high: mean + far * deviation };
}
