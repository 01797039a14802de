import { type GraphBuilder, scanSequences, type Value } from "@modelwright/engine";
import type { ForecastGraph } from "./forecast-graph.ts";
import { FEWEST, fitted, LEAST_ERROR, MOST_COUNTED, MOST_GROWTH, type SmoothingPlan, warmUp } from "./smoothing.ts";

/** The same as `smooth` in a graph: a loop over the history in which all settings are smoothed at once. `[batch, horizon]`. */
export function smoothingGraph(graph: ForecastGraph, plan: SmoothingPlan): Value {
  const { b } = graph;
  const { season, logarithms } = plan;
  const { context } = graph.shape;
  const length = Math.floor(context / season) * season;
  const raw = graph.valuesAt(Array.from({ length }, (_, i) => context - length + i));
  const size = graph.orElse(graph.meanOf(b.op("Abs", [raw])), b.scalar(1));
  const unit = b.op("Where", [b.op("Greater", [size, b.scalar(0)]), size, b.scalar(1)]);
  const values = b.op("Div", [raw, unit]);
  const isMissing = b.op("IsNaN", [values]);
  const known = b.op("Where", [isMissing, b.scalar(0), values]);
  const present = b.op("Cast", [b.op("Not", [isMissing])], { to: FLOAT });
  const steps = { present, length };
  const plain = b.scope("values", () => branch(b, known, { ...steps, plan }));
  if (!logarithms) return b.op("Mul", [weighed(b, [plain]), unit]);
  const ones = b.op("Where", [isMissing, b.scalar(1), values]);
  const least = b.op("ReduceMin", [ones, b.ints([1])], { keepdims: 1 });
  const isPositive = b.op("Greater", [least, b.scalar(0)]);
  const logs = b.op("Log", [b.op("Where", [isPositive, ones, b.scalar(1)])]);
  const grown = b.scope("logarithms", () => branch(b, logs, { ...steps, plan }));
  const count = b.op("Max", [sum(b, present), b.scalar(1)]);
  const jacobian = b.op("Div", [sum(b, logs), count]);
  const counted = b.op("Min", [count, b.scalar(MOST_COUNTED)]);
  const scores = b.op("Sub", [grown.scores, b.op("Mul", [counted, jacobian])]);
  const highest = b.op("ReduceMax", [b.op("Where", [isMissing, b.scalar(LOWEST), logs]), b.ints([1])], { keepdims: 1 });
  const most = b.op("Unsqueeze", [b.op("Add", [highest, b.scalar(MOST_GROWTH)]), b.ints([2])]);
  const exponential = {
    scores: b.op("Where", [isPositive, scores, b.scalar(LOWEST)]),
    forecasts: b.op("Exp", [b.op("Min", [grown.forecasts, most])]),
  };
  return b.op("Mul", [weighed(b, [plain, exponential]), unit]);
}

const FLOAT = 1;
/** Stands for −∞, with which a softmax of nothing else would be no number. */
const LOWEST = -1e30;

/** Settings on values or on their logarithms. */
interface Branch {
  /** `[batch, settings]`. */
  readonly scores: Value;
  /** `[batch, settings, horizon]`. */
  readonly forecasts: Value;
}

/** The mean of forecasts by the softmax of their scores. */
function weighed(b: GraphBuilder, branches: readonly Branch[]): Value {
  const join = (values: readonly Value[]) => (values.length === 1 ? values[0]! : b.op("Concat", values, { axis: 1 }));
  const shares = b.op("Softmax", [join(branches.map(({ scores }) => scores))], { axis: 1 });
  const each = b.op("Mul", [
    b.op("Unsqueeze", [shares, b.ints([2])]),
    join(branches.map(({ forecasts }) => forecasts)),
  ]);
  return b.op("ReduceSum", [each, b.ints([1])], { keepdims: 0 });
}

function sum(b: GraphBuilder, values: Value): Value {
  return b.op("ReduceSum", [values, b.ints([1])], { keepdims: 1 });
}

function branch(
  b: GraphBuilder,
  values: Value,
  { present, length, plan }: { readonly present: Value; readonly length: number; readonly plan: SmoothingPlan },
): Branch {
  const { season, horizon, settings } = plan;
  const count = settings.length;
  const row = (of: (setting: SmoothingPlan["settings"][number]) => number) =>
    b.constant("float32", [1, count], settings.map(of));
  const alpha = row(({ level }) => level);
  const beta = row(({ trend = 0 }) => trend);
  const gamma = row((setting) => setting.season ?? 0);
  const phi = row(({ damping = 1 }) => damping);
  const number = b.op("CumSum", [present, b.constant("int64", [], [1])]); // [batch, length], from 1 on
  const filled = b.op("ReduceSum", [present, b.ints([1])], { keepdims: 1 });
  const begin = beginning(b, { values, present, number, filled }, { season, length });

  const zeros = b.op("Mul", [b.op("Add", [begin.level, alpha]), b.scalar(0)]); // [batch, settings]
  const level = b.op("Add", [zeros, begin.level]);
  const trend = b.op("Mul", [b.op("Add", [zeros, begin.trend]), row(({ trend: has }) => Number(has !== undefined))]);
  const hasSeason = b.constant(
    "float32",
    [1, count, 1],
    settings.map((each) => Number(each.season !== undefined)),
  );
  const seasons = season === 1 ? [] : [b.op("Mul", [b.op("Unsqueeze", [begin.season, b.ints([1])]), hasSeason])]; // [batch, settings, season]

  const is = (condition: Value) => b.op("Cast", [condition], { to: FLOAT });
  const active = is(b.op("Greater", [number, b.scalar(0)]));
  const counted = b.op("Mul", [present, is(b.op("Greater", [number, b.scalar(warmUp(length, season))]))]);
  const overTime = (each: Value) => b.op("Unsqueeze", [b.op("Transpose", [each], { perm: [1, 0] }), b.ints([2])]); // [length, batch, 1]
  const { states } = scanSequences(b, {
    name: "smoothing",
    states: [level, trend, zeros, ...seasons],
    sequences: [values, present, active, counted].map(overTime),
    reverse: false,
    step: (body, [l, t, squares, s], [y, isThere, isActive, counts]) => {
      const drift = body.op("Mul", [phi, t!]);
      const own = s === undefined ? undefined : body.op("Gather", [s, body.constant("int64", [], [0])], { axis: 2 });
      const without = body.op("Add", [l!, drift]);
      const expected = own === undefined ? without : body.op("Add", [without, own]);
      const error = body.op("Mul", [body.op("Sub", [y!, expected]), isThere!]);
      const nextLevel = body.op("Add", [
        body.op("Add", [l!, body.op("Mul", [drift, isActive!])]),
        body.op("Mul", [alpha, error]),
      ]);
      const lost = body.op("Mul", [body.op("Sub", [drift, t!]), isActive!]);
      const nextTrend = body.op("Add", [body.op("Add", [t!, lost]), body.op("Mul", [beta, error])]);
      const square = body.op("Mul", [body.op("Mul", [error, error]), counts!]);
      const nextSquares = body.op("Add", [squares!, square]);
      if (s === undefined || own === undefined) return { states: [nextLevel, nextTrend, nextSquares], emitted: [] };
      const learnt = body.op("Unsqueeze", [body.op("Add", [own, body.op("Mul", [gamma, error])]), body.ints([2])]);
      const later = body.op("Slice", [s, body.ints([1]), body.ints([season]), body.ints([2])]);
      const nextSeasons = body.op("Concat", [later, learnt], { axis: 2 });
      return { states: [nextLevel, nextTrend, nextSquares, nextSeasons], emitted: [] };
    },
  });
  const [lastLevel, lastTrend, squares, lastSeasons] = states;

  const compared = b.op("Max", [b.op("ReduceSum", [counted, b.ints([1])], { keepdims: 1 }), b.scalar(1)]);
  const error = b.op("Max", [b.op("Div", [squares!, compared]), b.scalar(LEAST_ERROR)]);
  const known = b.op("Max", [filled, b.scalar(1)]);
  const weight = b.op("Min", [known, b.scalar(MOST_COUNTED)]);
  const penalty = b.op("Mul", [
    b.op("Div", [b.op("Min", [filled, b.scalar(MOST_COUNTED)]), known]),
    row((each) => fitted(each, season)),
  ]);
  const scores = b.op("Sub", [b.op("Mul", [b.op("Mul", [weight, b.op("Log", [error])]), b.scalar(-0.5)]), penalty]);

  const kept = settings.flatMap(({ damping = 1 }) => {
    let total = 0;
    return Array.from({ length: horizon }, (_, step) => {
      total += damping ** (step + 1);
      return total;
    });
  });
  const wide = (value: Value) => b.op("Unsqueeze", [value, b.ints([2])]);
  const line = b.op("Add", [
    wide(lastLevel!),
    b.op("Mul", [wide(lastTrend!), b.constant("float32", [1, count, horizon], kept)]),
  ]);
  if (lastSeasons === undefined) return { scores, forecasts: line };
  const places = b.ints(Array.from({ length: horizon }, (_, step) => step % season));
  return { scores, forecasts: b.op("Add", [line, b.op("Gather", [lastSeasons, places], { axis: 2 })]) };
}

/** Level and trend before the first value `[batch, 1]`, and the season by place `[batch, season]`. */
function beginning(
  b: GraphBuilder,
  of: { readonly values: Value; readonly present: Value; readonly number: Value; readonly filled: Value },
  { season, length }: { readonly season: number; readonly length: number },
): { readonly level: Value; readonly trend: Value; readonly season: Value } {
  const { values, present, number, filled } = of;
  const span = Math.max(season, FEWEST);
  const upTo = (most: number) =>
    b.op("Mul", [present, b.op("Cast", [b.op("LessOrEqual", [number, b.scalar(most)])], { to: FLOAT })]);
  const [one, both] = [upTo(span), upTo(2 * span)];
  const mean = (mask: Value) =>
    b.op("Div", [sum(b, b.op("Mul", [values, mask])), b.op("Max", [sum(b, mask), b.scalar(1)])]);
  const first = mean(one);
  const isLong = b.op("GreaterOrEqual", [filled, b.scalar(2 * span)]);
  const second = b.op("Where", [isLong, mean(b.op("Sub", [both, one])), first]);
  const trend = b.op("Div", [b.op("Sub", [second, first]), b.scalar(span)]);
  const level = b.op("Sub", [first, b.op("Mul", [trend, b.scalar((span + 1) / 2)])]);
  if (season === 1) return { level, trend, season: level };
  const line = b.op("Add", [level, b.op("Mul", [trend, number])]);
  const apart = b.op("Mul", [b.op("Sub", [values, line]), both]);
  const byPlace = (each: Value) =>
    b.op("ReduceSum", [b.op("Reshape", [each, b.ints([-1, length / season, season])]), b.ints([1])], { keepdims: 0 });
  const ofPlace = b.op("Div", [byPlace(apart), b.op("Max", [byPlace(both), b.scalar(1)])]);
  const center = b.op("ReduceMean", [ofPlace, b.ints([1])], { keepdims: 1 });
  return { level, trend, season: b.op("Sub", [ofPlace, center]) };
}
