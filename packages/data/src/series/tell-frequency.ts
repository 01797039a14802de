import { ModelwrightError, type TimeUnit } from "@modelwright/contracts";
import { TimeGrid } from "./time-grid.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

/** Distances of months, as they vary, in days. */
const CALENDAR: readonly {
  readonly days: readonly [least: number, most: number];
  readonly unit: TimeUnit;
  readonly every: number;
}[] = [
  { days: [28, 31], unit: "month", every: 1 },
  { days: [59, 62], unit: "month", every: 2 },
  { days: [89, 92], unit: "quarter", every: 1 },
  { days: [181, 184], unit: "month", every: 6 },
  { days: [365, 366], unit: "year", every: 1 },
];
const FIXED: readonly (readonly [length: number, unit: TimeUnit])[] = [
  [7 * DAY, "week"],
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
  [SECOND, "second"],
];
/** Days that are needed to say that a series has no weekends. */
const LEAST_DAYS = 10;
/** Of the steps of a grid that rows are on at least so many must have a row. */
const LEAST_FILLED = 0.2;

/**
 * How far rows are apart, told from the times of all series: the distance that is most frequent, or a shorter one by which all distances are
 * whole.
 *
 * @param series Times of each, ascending, each once.
 * @throws {ModelwrightError} `SERIES_FREQUENCY_UNKNOWN` where no series has two rows, or distances have nothing in common.
 */
export function tellFrequency(series: readonly Float64Array[], file: string): TimeGrid {
  const counts = new Map<number, number>();
  for (const times of series)
    for (let i = 1; i < times.length; i++) {
      const distance = times[i]! - times[i - 1]!;
      counts.set(distance, (counts.get(distance) ?? 0) + 1);
    }
  const unknown = (problem: string) => new ModelwrightError("SERIES_FREQUENCY_UNKNOWN", { file, problem });
  if (counts.size === 0) throw unknown("no series has rows of two times, so that nothing says how far they are apart");
  const usual = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
  const days = usual / DAY;
  // Distances of months are of several lengths, of which none need be the most frequent.
  const calendar = CALENDAR.find(({ days: [least, most] }) => least <= days && days <= most);
  if (calendar !== undefined) return new TimeGrid(calendar.unit, calendar.every);
  const rows = series.reduce((sum, times) => sum + times.length, 0);
  if (usual === DAY && rows >= LEAST_DAYS && series.every((times) => times.every(isWorkday)))
    return new TimeGrid("business-day");
  const common = [...counts.keys()].reduce(greatestDivisor);
  const span = series.reduce((sum, times) => sum + (times.at(-1)! - times[0]!), 0);
  const length = common < usual && rows / (span / common) >= LEAST_FILLED ? common : usual;
  const unit = FIXED.find(([each]) => length % each === 0);
  if (unit === undefined)
    throw unknown(`rows are mostly ${length / SECOND} seconds apart, which is no whole number of them`);
  return new TimeGrid(unit[1], length / unit[0]);
}

function greatestDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

function isWorkday(milliseconds: number): boolean {
  const day = new Date(milliseconds).getUTCDay();
  return day !== 0 && day !== 6;
}
