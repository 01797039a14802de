import { actualValues, type FittedFeatures, type SeriesSplit } from "@modelwright/data";
import type { Value } from "@modelwright/engine";
import type { ForecastGraph } from "./forecast-graph.ts";
import { runWindows } from "./predict-windows.ts";
import { windowFeatures } from "./window-features.ts";

/** Errors beyond so many scales of a window count as so many: one of them is not to outweigh all others. */
const FARTHEST = 20;

/** Steps of windows whose value is known, as trees and networks learn from them. */
export interface WindowExamples {
  readonly names: readonly string[];
  /** By feature how many categories it has; undefined for a number. */
  readonly categories: readonly (number | undefined)[];
  /** A feature each, `[rows]`. */
  readonly columns: readonly Float32Array[];
  /** Distance from the anchor in units of the window's scale, `[rows]`. */
  readonly target: Float64Array;
}

/** What trees and networks see of a step: `[batch · horizon, features]`. */
export function stepFeatures(graph: ForecastGraph, features: FittedFeatures | undefined, frequency: string) {
  const { names, values } = windowFeatures(graph, frequency);
  const others = graph.stepNumbers();
  const { b } = graph;
  return {
    names: [...names, ...(features?.features.map(({ name }) => name) ?? [])],
    categories: [...names.map(() => undefined), ...(features?.features.map(({ categories }) => categories) ?? [])],
    values: others === undefined ? values : b.op("Concat", [values, others], { axis: 1 }),
  };
}

/**
 * Makes features and targets by the graph itself, so that what is learnt from is what is served.
 *
 * @param anchor From which value of a step its distance is learnt, `[batch, horizon]`.
 */
export async function windowExamples(
  split: SeriesSplit,
  features: FittedFeatures | undefined,
  anchor: (graph: ForecastGraph) => Value,
  options: { readonly threads: number | undefined },
): Promise<WindowExamples> {
  let described: Pick<WindowExamples, "names" | "categories"> = { names: [], categories: [] };
  const numbers = await runWindows(
    split,
    features,
    (graph) => {
      const { b } = graph;
      const made = stepFeatures(graph, features, split.panel.frequency);
      described = made;
      const ends = [graph.byStep(anchor(graph)), graph.atEveryStep(graph.scale(), 1)];
      return b.op("Concat", [made.values, ...ends], { axis: 1 });
    },
    options,
  );
  const { horizon } = split.shape;
  const count = described.names.length;
  const width = count + 2;
  const rows: number[] = [];
  const target: number[] = [];
  for (const [i, window] of split.windows.entries()) {
    for (const [step, actual] of actualValues(split.panel, window, horizon).entries()) {
      if (Number.isNaN(actual)) continue;
      const row = i * horizon + step;
      const distance = (actual - numbers[row * width + count]!) / numbers[row * width + count + 1]!;
      rows.push(row);
      target.push(Math.max(-FARTHEST, Math.min(FARTHEST, distance)));
    }
  }
  const column = (at: number) => Float32Array.from(rows, (row) => numbers[row * width + at]!);
  return {
    ...described,
    columns: Array.from({ length: count }, (_, at) => column(at)),
    target: Float64Array.from(target),
  };
}
