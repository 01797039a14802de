import type { GraphBuilder, Value } from "@modelwright/engine";

/**
 * How odd a score is: −ln of the share of rows whose score is at least as large. Between knots it is a straight line; beyond the last one the share falls as
 * that of an exponential law, so that of two rows odder than all that was seen the odder one still has the larger number.
 */
export interface Tail {
  /** Rising, each once, float32. */
  readonly scores: readonly number[];
  /** What a score that equals a knot becomes; the first becomes 0. */
  readonly oddness: readonly number[];
  /** How steeply it rises from there. */
  readonly slopes: readonly number[];
}

/** Shares of rows at which knots are, as far as that many rows lie beyond. */
const SHARES = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const LEAST_ROWS_BEYOND = 20;

/** @param scores Of rows that the model has not learnt from, as far as there are; finite. */
export function fitTail(scores: Float64Array): Tail {
  const sorted = Float64Array.from(scores, Math.fround).sort();
  const count = sorted.length;
  const knots: { score: number; oddness: number }[] = [];
  for (const share of SHARES) {
    if (share < 1 && share * count < LEAST_ROWS_BEYOND) break;
    const score = sorted[Math.floor((1 - share) * count)]!;
    const first = firstNotBelow(sorted, score);
    if (score !== knots.at(-1)?.score) knots.push({ score, oddness: Math.log(count / (count - first)) });
  }
  const slopes = knots.map(({ score, oddness }, i) => {
    const next = knots[i + 1];
    return next === undefined
      ? slopeBeyond(sorted, { score, oddness })
      : (next.oddness - oddness) / (next.score - score);
  });
  return {
    scores: knots.map(({ score }) => score),
    oddness: knots.map(({ oddness }) => Math.fround(oddness)),
    slopes: slopes.map(Math.fround),
  };
}

/** That of the exponential law with the mean excess of the rows beyond; where there are none, as steep as up to here. */
function slopeBeyond(sorted: Float64Array, { score, oddness }: { score: number; oddness: number }): number {
  const beyond = sorted.filter((each) => each > score);
  const excess = beyond.reduce((sum, each) => sum + (each - score), 0) / beyond.length;
  const usual = (score - sorted[0]!) / oddness;
  const scale = [excess, usual].find((each) => Number.isFinite(each) && each > 0) ?? 1;
  return 1 / scale;
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
export function applyTail({ scores, oddness, slopes }: Tail, given: Float64Array): Float64Array {
  return given.map((score) => {
    let knot = scores.length - 1;
    while (knot > 0 && score < scores[knot]!) knot--;
    return Math.max(0, oddness[knot]! + (score - scores[knot]!) * slopes[knot]!);
  });
}

/** The same as a part of a graph, float32 `[batch, 1]`. */
export function compileTail(b: GraphBuilder, score: Value, { scores, oddness, slopes }: Tail): Value {
  const row = (values: readonly number[]) => b.constant("float32", [1, values.length], values);
  const reached = b.op("Cast", [b.op("GreaterOrEqual", [score, row(scores)])], { to: INT64 });
  const count = b.op("ReduceSum", [reached, b.ints([1])], { keepdims: 1 });
  const knot = b.op("Max", [b.op("Sub", [count, b.constant("int64", [], [1])]), b.constant("int64", [], [0])]);
  const at = (values: readonly number[]) => b.op("Gather", [b.constant("float32", [values.length], values), knot]);
  const rise = b.op("Mul", [b.op("Sub", [score, at(scores)]), at(slopes)]);
  return b.op("Max", [b.op("Add", [at(oddness), rise]), b.scalar(0)]);
}

const INT64 = 7;
