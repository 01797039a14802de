import { type SeriesShape, TimeGrid } from "@modelwright/data";
import type { Value } from "@modelwright/engine";
import type { ForecastGraph } from "./forecast-graph.ts";

/** Earlier values that are looked at one by one, at most. */
const MOST_LAGS = 28;
/** Whole seasons before a step. */
const SEASONS = 4;
/** Seasons over which values are averaged. */
const SPANS = [1, 2, 4, 8];
/** Of the value of a year ago, those around it too. */
const AROUND_YEAR = [-1, 0, 1];

/** A number per step or per window, by name. */
interface Block {
  readonly names: readonly string[];
  /** `[batch · horizon, names]`. */
  readonly values: Value;
}

/**
 * What trees and networks look at: earlier values of a window, their means, and how far a step is ahead. All are measured from the level of the
 * window in units of its scale, so that one model serves series of any size.
 */
export function windowFeatures(
  graph: ForecastGraph,
  frequency: string,
): { readonly names: string[]; readonly values: Value } {
  const { b, shape } = graph;
  const { season, horizon, context } = shape;
  const blocks: Block[] = [];
  const measured = (values: Value) => b.op("Div", [b.op("Sub", [values, graph.level()]), graph.scale()]);
  const ofWindow = (names: readonly string[], values: Value) =>
    blocks.push({ names, values: graph.atEveryStep(values, names.length) });
  const ofStep = (name: string, values: Value) => blocks.push({ names: [name], values: graph.byStep(values) });

  const lags = lagsOf(shape);
  ofWindow(
    lags.map((lag) => `value ${lag} before`),
    measured(graph.valuesAt(lags.map((lag) => context - lag))),
  );
  const spans = SPANS.filter((span) => span * Math.max(season, 4) <= context);
  for (const span of spans)
    ofWindow([`mean of ${span} seasons`], measured(graph.meanOf(graph.last(span * Math.max(season, 4)))));
  ofWindow(["spread of a season"], spread(graph, Math.max(season, 4)));
  ofWindow(["level by scale"], b.op("Div", [graph.level(), graph.scale()]));
  if (season > 1) {
    const same = Array.from({ length: SEASONS }, (_, i) => graph.valuesAt(graph.seasonPlaces(i + 1)));
    for (const [i, values] of same.entries()) ofStep(`value ${i + 1} seasons before`, measured(values));
    ofStep("mean of the season's step", measured(meanOfAll(graph, same)));
  }
  const { year } = TimeGrid.of(frequency);
  if (year !== undefined && context >= year + AROUND_YEAR.length)
    for (const shift of AROUND_YEAR) {
      const places = Array.from({ length: horizon }, (_, step) => (step < year ? context - year + step + shift : -1));
      ofStep(
        `value a year before${shift === 0 ? "" : `, ${shift > 0 ? "+" : "−"}1`}`,
        measured(graph.valuesAt(places)),
      );
    }
  const ahead = b.constant(
    "float32",
    [1, horizon],
    Array.from({ length: horizon }, (_, step) => step + 1),
  );
  const zeros = b.op("Mul", [graph.level(), b.scalar(0)]);
  ofStep("steps ahead", b.op("Add", [zeros, ahead]));
  if (season > 1) ofStep("seasonal naive", measured(graph.seasonalNaive()));
  return {
    names: blocks.flatMap(({ names }) => names),
    values: b.op(
      "Concat",
      blocks.map(({ values }) => values),
      { axis: 1 },
    ),
  };
}

/** Steps before the origin whose values are looked at. */
function lagsOf({ season, context }: SeriesShape): number[] {
  const most = Math.min(MOST_LAGS, context, Math.max(12, 2 * season));
  return Array.from({ length: most }, (_, i) => i + 1);
}

/** Standard deviation of the last values in units of the scale, `[batch, 1]`. */
function spread(graph: ForecastGraph, count: number): Value {
  const { b } = graph;
  const values = graph.last(count);
  const off = b.op("Div", [b.op("Sub", [values, graph.meanOf(values)]), graph.scale()]);
  return b.op("Sqrt", [graph.meanOf(b.op("Mul", [off, off]))]);
}

/** For each step the mean of those of some values that are there, `[batch, horizon]`. */
function meanOfAll(graph: ForecastGraph, values: readonly Value[]): Value {
  const { b } = graph;
  const sums = values.map((each) => b.op("Where", [b.op("IsNaN", [each]), b.scalar(0), each]));
  const counts = values.map((each) => b.op("Cast", [b.op("Not", [b.op("IsNaN", [each])])], { to: 1 }));
  const sum = (list: readonly Value[]) => list.reduce((a, c) => b.op("Add", [a, c]));
  return b.op("Div", [sum(sums), sum(counts)]);
}
