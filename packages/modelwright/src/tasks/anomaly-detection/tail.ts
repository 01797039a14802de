import type { GraphBuilder, Value } from "@modelwright/engine";

/**
 * How odd a score is: −ln of the share of rows whose score is at least as large. Between knots it is a straight line. Beyond the largest score that was seen,
 * of which nothing is known but that one row of all had it, oddness rises by a logarithm: of two rows odder than all others the odder one still has the
 * larger number, and neither claims to be one of billions.
 */
export interface Tail {
  /** Rising, each once, float32. */
  readonly scores: readonly number[];
  /** What a score that equals a knot becomes; the first becomes 0. */
  readonly oddness: readonly number[];
  /** How steeply it rises from there; from the last one not at all. */
  readonly slopes: readonly number[];
  /** By how much a score has to lie beyond the last knot to add ln 2. */
  readonly unit: number;
}

/** Shares of rows at which knots are, as far as there are so many rows. */
const SHARES = [
  1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 5e-4, 2e-4, 1e-4,
];
/** Scores that are nearer have no slope in float32. */
const LEAST_APART = 1e-30;
/** The upper part of the scores, which tells how far apart odd rows are. */
const UPPER = 0.1;

/** @param scores Of rows that the model has not learnt from, as far as there are; finite. */
export function fitTail(scores: Float64Array): Tail {
  const sorted = Float64Array.from(scores, Math.fround).sort();
  const count = sorted.length;
  const at = (share: number) => sorted[Math.min(count - 1, Math.floor((1 - share) * count))]!;
  const knots: { score: number; oddness: number }[] = [];
  for (const score of [...SHARES.filter((share) => share * count >= 1).map(at), sorted.at(-1)!]) {
    if (score - (knots.at(-1)?.score ?? Number.NEGATIVE_INFINITY) >= LEAST_APART)
      knots.push({ score, oddness: Math.log(count / (count - firstNotBelow(sorted, score))) });
  }
  const slopes = knots.map(({ score, oddness }, i) => {
    const next = knots[i + 1];
    return next === undefined ? 0 : (next.oddness - oddness) / (next.score - score);
  });
  const [last, spread] = [sorted.at(-1)!, sorted.at(-1)! - at(UPPER)];
  const unit = [spread / Math.log(count * UPPER), last - sorted[0]!].find(
    (each) => Number.isFinite(each) && each >= LEAST_APART,
  );
  return {
    scores: knots.map(({ score }) => score),
    oddness: knots.map(({ oddness }) => Math.fround(oddness)),
    slopes: slopes.map(Math.fround),
    unit: Math.fround(unit ?? 1),
  };
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How odd scores are. */
export function applyTail({ scores, oddness, slopes, unit }: Tail, given: Float64Array): Float64Array {
  const last = scores.at(-1)!;
  return given.map((score) => {
    let knot = scores.length - 1;
    while (knot > 0 && score < scores[knot]!) knot--;
    const within = oddness[knot]! + (Math.min(score, last) - scores[knot]!) * slopes[knot]!;
    return Math.max(0, within) + Math.log1p(Math.max(0, score - last) / unit);
  });
}

/** The same as a part of a graph, float32 `[batch, 1]`. */
export function compileTail(b: GraphBuilder, score: Value, { scores, oddness, slopes, unit }: Tail): Value {
  const row = (values: readonly number[]) => b.constant("float32", [1, values.length], values);
  const [zero, last] = [b.scalar(0), b.scalar(scores.at(-1)!)];
  const reached = b.op("Cast", [b.op("GreaterOrEqual", [score, row(scores)])], { to: INT64 });
  const count = b.op("ReduceSum", [reached, b.ints([1])], { keepdims: 1 });
  const knot = b.op("Max", [b.op("Sub", [count, b.constant("int64", [], [1])]), b.constant("int64", [], [0])]);
  const at = (values: readonly number[]) => b.op("Gather", [b.constant("float32", [values.length], values), knot]);
  const rise = b.op("Mul", [b.op("Sub", [b.op("Min", [score, last]), at(scores)]), at(slopes)]);
  const within = b.op("Max", [b.op("Add", [at(oddness), rise]), zero]);
  const beyond = b.op("Mul", [b.op("Max", [b.op("Sub", [score, last]), zero]), b.scalar(1 / unit)]);
  return b.op("Add", [within, b.op("Log", [b.op("Add", [beyond, b.scalar(1)])])]);
}

const INT64 = 7;
