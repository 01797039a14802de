import { type Filler, meanOf, modeOf, type RowColumn, type RowTarget, taken, takeRows } from "./filler.ts";

/** Every so many rows are held out. */
const HELD_OUT = 5;
/** With fewer rows held out nothing is said. */
const LEAST_ROWS = 20;
/** Standard errors that a mean difference must lie above 0: 97.5 % of a normal distribution. */
const SURE = 1.96;

/** How well values are told of rows that were not learnt from. */
export interface HeldOut {
  readonly rows: number;
  /** R² of numbers, of categories the share that is right. */
  readonly score: number;
  /** The same of the mean of numbers, or of the most frequent category. */
  readonly plain: number;
  /** Whether the rows show that it is better than those. */
  readonly isBetter: boolean;
}

/** Learns from four fifths of the rows, which come in an order that means nothing, and tells the others; undefined where those are few or all alike. */
export function heldOut(filler: Filler, rows: readonly RowColumn[], target: RowTarget): HeldOut | undefined {
  const { values, levels } = target;
  const places = [...values.keys()];
  const held = Int32Array.from(places.filter((place) => place % HELD_OUT === 0));
  if (held.length < LEAST_ROWS) return undefined;
  const learnt = Int32Array.from(places.filter((place) => place % HELD_OUT !== 0));
  const known = taken(values, learnt);
  const actual = taken(values, held);
  if (actual.every((value) => value === actual[0])) return undefined;
  const told = filler(takeRows(rows, learnt), { values: known, levels })(takeRows(rows, held));
  const plain = levels === undefined ? meanOf(known) : modeOf(known, levels);
  const loss =
    levels === undefined ? (a: number, b: number) => (a - b) ** 2 : (a: number, b: number) => Number(a !== b);
  const losses = actual.map((value, at) => loss(value, told[at]!));
  const plainLosses = actual.map((value) => loss(value, plain));
  const gains = losses.map((each, at) => plainLosses[at]! - each);
  const gain = meanOf(gains);
  const spread = Math.sqrt(gains.reduce((sum, each) => sum + (each - gain) ** 2, 0) / (gains.length - 1));
  const center = meanOf(actual);
  const scale = levels === undefined ? meanOf(actual.map((value) => (value - center) ** 2)) : 1;
  return {
    rows: held.length,
    score: 1 - meanOf(losses) / scale,
    plain: 1 - meanOf(plainLosses) / scale,
    isBetter: gain > (SURE * spread) / Math.sqrt(gains.length),
  };
}
