import { createHash } from "node:crypto";
import type { SplitWay } from "@modelwright/contracts";
import { counted, listed } from "../report-builder.ts";
import type { Division, SplitSettings } from "./division.ts";
import type { SplitName } from "./split-names.ts";
import { type Split, splitRows } from "./split-rows.ts";

/** Rows in their splits, and how a report says it. */
export interface DividedRows {
  readonly split: Split;
  /** "groups kept together, seed 7" */
  readonly how: string;
  readonly warnings: readonly string[];
}

type Divide = (division: Division, settings: SplitSettings) => DividedRows;

/** What decides where a row goes. A new way is a row here. */
const WAYS: Readonly<Record<SplitWay, Divide>> = {
  random: (division, settings) => ({
    split: splitRows({ ...division, ...settings }),
    how: `groups kept together, seed ${settings.seed}`,
    warnings: [],
  }),
  time: byTime,
  hash: byHash,
  column: byColumn,
};

/**
 * Divides rows into train, validation and test: every row once, and but for `column`, which is obeyed, groups whole. The same rows and settings
 * give the same split.
 *
 * - `random`: as `splitRows` does.
 * - `time`: the last rows are the test, those before them validate. Rows of one time stay together, and a group stands
 *   where its last row does, so that nothing is learnt from rows that are later than those it is tested on.
 * - `hash`: a row goes where the SHA-256 of seed and key falls, a group where its first row does. A row keeps its split when rows are added,
 *   unless one of them makes it part of a group with an earlier row.
 * - `column`: its values name the split. Where none of them is validation, those rows are drawn from the training rows.
 */
export function divideRows(division: Division, settings: SplitSettings): DividedRows {
  return WAYS[settings.by ?? "random"](division, settings);
}

function byTime(division: Division, { column, test, validation }: SplitSettings): DividedRows {
  const { groups, places } = division;
  const times = division.times!;
  const last = new Map<number, number>();
  for (const [row, group] of groups.entries()) last.set(group, Math.max(last.get(group) ?? -Infinity, times[row]!));
  const moments = new Map<number, number[]>();
  for (const [row, group] of groups.entries()) {
    const moment = last.get(group)!;
    const rows = moments.get(moment);
    if (rows === undefined) moments.set(moment, [row]);
    else rows.push(row);
  }
  const blocks = [...moments].toSorted(([a], [b]) => a - b).map(([, rows]) => rows);
  const held = fromTheEnd(blocks, test * places.length);
  const validated = fromTheEnd(held.before, validation * places.length);
  const split = { train: validated.before.flat(), test: held.after, validation: validated.after };
  // Of a group the row that puts it there, not an earlier one that came along.
  const first = (rows: readonly number[]) =>
    rows.filter((row) => times[row] === last.get(groups[row]!)).reduce((a, b) => (times[b]! < times[a]! ? b : a));
  const from = (["validation", "test"] as const)
    .filter((name) => split[name].length > 0)
    .map((name) => `${name} from the time of ${places[first(split[name])]!} on`);
  return {
    split: ascending(split),
    how: [`by time, column "${column}"`, ...from, "groups kept together"].join(", "),
    warnings: [],
  };
}

/** The last blocks, as many as bring their rows nearest to a number, and at least one where a row is wanted. */
function fromTheEnd(
  blocks: readonly (readonly number[])[],
  wanted: number,
): { readonly before: readonly (readonly number[])[]; readonly after: readonly number[] } {
  if (wanted === 0) return { before: blocks, after: [] };
  let at = blocks.length - 1;
  let rows = blocks[at]?.length ?? 0;
  while (at > 0 && Math.abs(rows + blocks[at - 1]!.length - wanted) <= Math.abs(rows - wanted)) {
    at--;
    rows += blocks[at]!.length;
  }
  return { before: blocks.slice(0, Math.max(0, at)), after: blocks.slice(Math.max(0, at)).flat() };
}

const BITS = 48;

function byHash({ groups, keys }: Division, { test, validation, seed }: SplitSettings): DividedRows {
  const places = new Map<number, number>();
  const split = { train: [] as number[], test: [] as number[], validation: [] as number[] };
  for (const [row, group] of groups.entries()) {
    let place = places.get(group);
    if (place === undefined) {
      const digest = createHash("sha256").update(`${seed}\0${keys[row]!}`).digest();
      place = digest.readUIntBE(0, BITS / 8) / 2 ** BITS;
      places.set(group, place);
    }
    split[place < test ? "test" : place < test + validation ? "validation" : "train"].push(row);
  }
  return { split, how: `by hash, groups kept together, seed ${seed}`, warnings: [] };
}

function byColumn(division: Division, settings: SplitSettings): DividedRows {
  const { places, groups } = division;
  const names = division.names!;
  const rowsOf = (name: SplitName) => [...names.keys()].filter((row) => names[row] === name);
  const warnings = straddling(division);
  const named = { train: rowsOf("train"), validation: rowsOf("validation"), test: rowsOf("test") };
  const { column, seed } = settings;
  if (named.validation.length > 0 || settings.validation === 0) {
    return { split: named, how: `by column "${column}"`, warnings };
  }
  const drawn = splitRows({
    ...settings,
    strata: named.train.map((row) => division.strata[row]!),
    groups: Int32Array.from(named.train, (row) => groups[row]!),
    test: 0,
    validation: Math.min(settings.validation * (places.length / Math.max(1, named.train.length)), 0.5),
  });
  const pick = (chosen: readonly number[]) => chosen.map((row) => named.train[row]!);
  return {
    split: { train: pick(drawn.train), validation: pick(drawn.validation), test: named.test },
    how: `by column "${column}", which names no validation rows: they are drawn from those to train on, seed ${seed}`,
    warnings,
  };
}

/** Groups whose rows the column puts into several splits. */
function straddling({ groups, places, names }: Division): string[] {
  const firsts = new Map<number, number>();
  const told = new Map<number, string>();
  for (const [row, group] of groups.entries()) {
    const first = firsts.get(group);
    if (first === undefined) firsts.set(group, row);
    else if (names![first] !== names![row] && !told.has(group)) {
      told.set(group, `${places[first]!} (${names![first]!}) and ${places[row]!} (${names![row]!})`);
    }
  }
  if (told.size === 0) return [];
  const where = listed([...told.values()], 3);
  return [
    `${counted(told.size, "group")} of rows that belong together, being nearly the same or of one group, ${told.size === 1 ? "is" : "are"} in several splits, as the column says: ${where}; the model may know its test rows`,
  ];
}

function ascending(split: Split): Split {
  const sorted = (rows: readonly number[]) => rows.toSorted((a, b) => a - b);
  return { train: sorted(split.train), validation: sorted(split.validation), test: sorted(split.test) };
}
