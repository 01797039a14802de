import type { ColumnOf } from "../frames/frame.ts";
import { quantilesOf, sortedNumbers } from "../profile/summarize-numbers.ts";
import { byColumn, type Check, type FindingItem, type Severity } from "./check.ts";
import { columnsThat, percent, shown, shownDay } from "./words.ts";

/** Interquartile ranges from the quartiles; where no number is below 0 a smaller number on the logarithms too, since amounts have long tails. */
const FAR = 5;
const FAR_BY_RATIO = 3;
/** So many are a long tail. */
const MOST_SHARE = 0.005;
const FEWEST_ROWS = 30;
/** What forms and exports write for "unknown". */
const STAND_IN = /^-?(9{3,}|1)$|^-?9{2,}\.0*$/;
/** A value that stands alone by chance is none. */
const FEWEST_STAND_INS = 3;

export const outliers: Check = {
  looksFor: `numbers and dates farther than ${FAR} interquartile ranges from the quartiles (where none is below 0, ${FAR_BY_RATIO} on their logarithms too) in at most ${percent(MOST_SHARE)} of the rows; and values such as 999 or −1 out there that repeat, and may stand for missing ones`,
  cure: "look at the rows; what stands for a missing value is best written as an empty cell",
  find: (table) =>
    byColumn(table, {
      look: ({ column }) => (column.kind === "number" || column.kind === "date" ? farOff(column) : undefined),
      summary: (count, severity) =>
        severity === "medium"
          ? columnsThat(
              count,
              "hold values that may stand for missing ones",
              "holds values that may stand for missing ones",
            )
          : columnsThat(count, "hold values far from all others", "holds values far from all others"),
    }),
};

function farOff(
  column: ColumnOf<"number"> | ColumnOf<"date">,
): (FindingItem & { readonly severity: Severity }) | undefined {
  const sorted = sortedNumbers(column.values);
  if (sorted.length < FEWEST_ROWS) return undefined;
  const isFar = farBeyond(sorted);
  const far = isFar === undefined ? new Float64Array() : sorted.filter(isFar);
  if (far.length === 0) return undefined;
  const [value, repeats] = mostRepeated(far);
  const write = column.kind === "date" ? shownDay : shown;
  if (column.kind === "number" && repeats >= FEWEST_STAND_INS && STAND_IN.test(String(value))) {
    const middle = isFar === undefined ? sorted : sorted.filter((each) => !isFar(each));
    const [least, most] = [middle[0]!, middle.at(-1)!];
    const detail = `${repeats.toLocaleString("en-US")} rows are ${shown(value)}; the others lie between ${shown(least)} and ${shown(most)}`;
    return { severity: "medium", columns: [column.name], detail };
  }
  if (far.length > Math.max(1, MOST_SHARE * sorted.length)) return undefined;
  const { p25, p75 } = quantilesOf(sorted);
  const rows = far.length === 1 ? "1 row is" : `${far.length.toLocaleString("en-US")} rows are`;
  const [least, most] = [write(far[0]!), write(far.at(-1)!)];
  const ends = least === most ? least : `between ${least} and ${most}`;
  const detail = `${rows} ${ends}; half of all lie between ${write(p25)} and ${write(p75)}`;
  return { severity: "low", columns: [column.name], detail };
}

/** Whether a value is far off by its distance, and by its ratio too where ratios mean something. */
function farBeyond(sorted: Float64Array): ((value: number) => boolean) | undefined {
  const plain = fences(sorted, FAR);
  if (plain === undefined) return undefined;
  const positive = sorted.filter((value) => value > 0);
  const logs = sorted[0]! >= 0 ? fences(positive.map(Math.log), FAR_BY_RATIO) : undefined;
  const beyond = ({ low, high }: Fences, value: number) => value < low || value > high;
  return (value) => beyond(plain, value) && (logs === undefined || beyond(logs, Math.log(value)));
}

interface Fences {
  readonly low: number;
  readonly high: number;
}

/** Undefined where half of the values are alike. */
function fences(sorted: Float64Array, far: number): Fences | undefined {
  const { p25, p75 } = quantilesOf(sorted);
  const range = p75 - p25;
  return range > 0 ? { low: p25 - far * range, high: p75 + far * range } : undefined;
}

function mostRepeated(sorted: Float64Array): readonly [value: number, rows: number] {
  let [best, most] = [sorted[0]!, 0];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    if (to - from > most) [best, most] = [sorted[from]!, to - from];
    from = to;
  }
  return [best, most];
}
