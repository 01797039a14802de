import type { GraphBuilder, Value } from "@modelwright/engine";
import { finiteValues, quantileOf } from "../statistics.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { rowOf, type Step } from "./step.ts";

/** Where one column's quantiles lie, and what they become; all lists are of one length. */
export interface QuantileMap {
  /** Ascending, each once. */
  readonly quantiles: readonly number[];
  /** What a value that equals a quantile becomes. */
  readonly at: readonly number[];
  /** What it becomes right above the quantile, and how steeply that rises from there. */
  readonly above: readonly number[];
  readonly slope: readonly number[];
}

/** More quantiles follow the training rows closer, and cost more in the graph. */
const MOST_QUANTILES = 200;
/** Shares of 0 and 1 have no normal quantile. */
const LEAST_SHARE = 1e-7;

/** What a share of the values becomes. */
const TARGETS = {
  quantile: (share: number) => share,
  normal: (share: number) => normalQuantile(Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, share))),
} as const;

export type QuantileTarget = keyof typeof TARGETS;

/**
 * Values to the share of training values below them, or to the normal quantile of that share, between
 * quantiles in a straight line. Many equal values become the middle of their shares. As scikit-learn's
 * `QuantileTransformer`, but that normal quantiles are interpolated, not shares.
 */
export const quantile: Step<readonly QuantileMap[]> = {
  apply: (data, width, maps) => data.map((x, i) => mapped(x, maps[i % width]!)),
  words: ([map]) => (map!.at[0]! < 0 ? "by normal quantiles" : "by the share of training rows below"),
  compile: (b, x, maps) => {
    const columns = maps.map((map, i) => compileMap(b, maps.length === 1 ? x : columnOf(b, x, i), map));
    return columns.length === 1 ? columns[0]! : b.op("Concat", columns, { axis: 1 });
  },
};

export function fitQuantiles(data: Float32Array, width: number, target: QuantileTarget): readonly QuantileMap[] {
  return Array.from({ length: width }, (_, column) =>
    fitMap(finiteValues(data, width, column).sort(), TARGETS[target]),
  );
}

function fitMap(sorted: Float64Array, become: (share: number) => number): QuantileMap {
  const count = Math.max(2, Math.min(MOST_QUANTILES, sorted.length));
  const shares = new Map<number, { least: number; most: number }>();
  for (let i = 0; i < count; i++) {
    const share = i / (count - 1);
    const value = Math.fround(quantileOf(sorted, share));
    const known = shares.get(value);
    if (known === undefined) shares.set(value, { least: share, most: share });
    else known.most = share;
  }
  const quantiles = [...shares.keys()];
  const bounds = [...shares.values()].map(({ least, most }) => ({
    below: become(least),
    above: become(most),
    least,
    most,
  }));
  // The ends become 0 and 1, though many values may equal them.
  const at = bounds.map(({ least, most }, i) => become(i === 0 ? 0 : i === bounds.length - 1 ? 1 : (least + most) / 2));
  const slope = bounds.map(({ above }, i) => {
    const next = bounds[i + 1];
    return next === undefined ? 0 : (next.below - above) / (quantiles[i + 1]! - quantiles[i]!);
  });
  return {
    quantiles,
    at: at.map(Math.fround),
    above: bounds.map(({ above }) => Math.fround(above)),
    slope: slope.map(Math.fround),
  };
}

function mapped(x: number, { quantiles, at, above, slope }: QuantileMap): number {
  const last = quantiles.length - 1;
  const within = Math.min(quantiles[last]!, Math.max(quantiles[0]!, x));
  const i = lastNotAbove(quantiles, within);
  if (within === quantiles[i]) return at[i]!;
  return Math.fround(above[i]! + Math.fround(Math.fround(within - quantiles[i]!) * slope[i]!));
}

/** The place of the last quantile that is not above x; 0 where all are, and for NaN. */
function lastNotAbove(quantiles: readonly number[], x: number): number {
  let [from, to] = [0, quantiles.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (quantiles[middle]! <= x) from = middle;
    else to = middle;
  }
  return from;
}

/** float32 `[batch, 1]` to the same. */
function compileMap(b: GraphBuilder, x: Value, { quantiles, at, above, slope }: QuantileMap): Value {
  const [first, last] = [b.scalar(quantiles[0]!), b.scalar(quantiles.at(-1)!)];
  const notAbove = b.op("Where", [b.op("Greater", [x, last]), last, x]);
  const within = b.op("Where", [b.op("Less", [notAbove, first]), first, notAbove]);
  const reached = b.op("Cast", [b.op("GreaterOrEqual", [within, rowOf(b, quantiles)])], { to: INT64 }); // [batch, quantiles]
  const count = b.op("ReduceSum", [reached, b.ints([1])], { keepdims: 1 }); // [batch, 1]
  const place = b.op("Max", [b.op("Sub", [count, b.constant("int64", [], [1])]), b.constant("int64", [], [0])]);
  const atPlace = (values: readonly number[]) =>
    b.op("Gather", [b.constant("float32", [values.length], values), place]);
  const start = atPlace(quantiles);
  const rise = b.op("Mul", [b.op("Sub", [within, start]), atPlace(slope)]);
  return b.op("Where", [b.op("Equal", [within, start]), atPlace(at), b.op("Add", [atPlace(above), rise])]);
}

function columnOf(b: GraphBuilder, x: Value, column: number): Value {
  return b.op("Gather", [x, b.ints([column])], { axis: 1 });
}

const INT64 = 7;
