import { counted } from "../report-builder.ts";
import { divideRows } from "../splits/divide-rows.ts";
import { type Division, divisionOf, type SplitSettings } from "../splits/division.ts";
import type { Split } from "../splits/split-rows.ts";
import type { EventRow } from "./event-rows.ts";

/** How events are divided. */
export interface EventSplit {
  /** `last`: the last events of each user are the test. */
  readonly by: "time" | "last" | "random";
  /** Says when an event was, for a reader. */
  readonly column?: string | undefined;
  /** With `last`: so many are the test, and as many before them validate. */
  readonly last: number;
  /** Share of the events; of `last` whether any are the test. 0 where the test is another table. */
  readonly test: number;
  readonly validation: number;
  readonly seed: number;
}

export interface DividedEvents {
  readonly split: Split;
  /** How, as a report says it. */
  readonly how: string;
  readonly warnings: readonly string[];
  readonly division: Division;
  /** How a further split of the events divides them. */
  readonly settings: SplitSettings;
}

/** Divides events into train, validation and test. */
export function splitEvents(rows: readonly EventRow[], { by, last, ...shares }: EventSplit): DividedEvents {
  const division = divisionOf(rows, {
    groups: Int32Array.from(rows.keys()),
    strata: rows.map(() => [""]),
    keyOf: (row) => JSON.stringify([rows[row]!.user, rows[row]!.item]),
  });
  const { column, ...drawn } = shares;
  const settings: SplitSettings = {
    ...drawn,
    stratify: false,
    ...(by === "time" ? { by, column } : { by: "random" }),
  };
  if (by === "last") return { ...lastOfEach(rows, { last, isTested: shares.test > 0 }), division, settings };
  const { split, how, warnings } = divideRows(division, settings);
  return {
    split,
    how: by === "time" ? how : `drawn, seed ${shares.seed}`,
    warnings:
      by === "time"
        ? warnings
        : [
            "events are split at random: a model may know what came later; name the column that says when under data.columns.time",
          ],
    division,
    settings,
  };
}

/** The last events of each user by time, of one moment by their order in the table. */
function lastOfEach(
  rows: readonly EventRow[],
  { last, isTested }: { readonly last: number; readonly isTested: boolean },
): Pick<DividedEvents, "split" | "how" | "warnings"> {
  const byUser = new Map<string, number[]>();
  for (const [row, { user }] of rows.entries()) {
    const own = byUser.get(user);
    if (own === undefined) byUser.set(user, [row]);
    else own.push(row);
  }
  const split = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  let short = 0;
  for (const own of byUser.values()) {
    const order = own.toSorted((a, b) => rows[a]!.time! - rows[b]!.time! || a - b);
    // With few events the test goes first, and something is left to learn from.
    const tested = isTested && order.length > last ? last : 0;
    const validated = order.length > tested + last ? last : 0;
    if (order.length <= last) short++;
    split.test.push(...order.slice(order.length - tested));
    split.validation.push(...order.slice(order.length - tested - validated, order.length - tested));
    split.train.push(...order.slice(0, order.length - tested - validated));
  }
  const ascending = (numbers: number[]) => numbers.sort((a, b) => a - b);
  return {
    split: { train: ascending(split.train), validation: ascending(split.validation), test: ascending(split.test) },
    how: `the last ${counted(last, "event")} of each user`,
    warnings:
      short === 0
        ? []
        : [
            `${counted(short, "user")} with ${counted(last, "event")} or fewer: all teach, none ${isTested ? "is tested" : "validates"}`,
          ],
  };
}
