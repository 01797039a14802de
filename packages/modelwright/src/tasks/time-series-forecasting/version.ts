import type { TableColumn } from "@modelwright/contracts";
import { encodeModel } from "@modelwright/engine";
import type { VersionParts } from "../task.ts";
import { compileBlend, type FittedForecaster } from "./fit.ts";
import { ForecastGraph } from "./forecast-graph.ts";
import { compileInterval } from "./interval.ts";
import type { SeriesRecipe } from "./learner.ts";

/** Outputs of the graph, `[windows, horizon]` each. */
const OUTPUTS = ["value", "low", "high"] as const;

/** The graph of a forecaster and what its manifest says. */
export function versionOf(
  fitted: FittedForecaster,
  { data, train }: SeriesRecipe,
): VersionParts<"time-series-forecasting"> {
  const { shape, frequency, features, parts, interval, range, candidates } = fitted;
  const graph = new ForecastGraph(shape, features);
  const value = compileBlend(graph, parts);
  const bounds = graph.b.scope("interval", () => compileInterval(graph, interval, value));
  for (const name of OUTPUTS) graph.b.output(bounds[name], name);
  const { inputs } = graph;
  const taken = graph.columns.map(
    (input) => ({ ...input, ...(input.categories && { categories: [...input.categories] }) }) as TableColumn,
  );
  const of = (names: readonly string[]) => taken.filter(({ name }) => names.includes(name));
  const time = taken.find(({ name }) => name === shape.columns.time);
  return {
    files: {
      "onnx/model.onnx": encodeModel(graph.build()),
      "config.json": `${JSON.stringify({ model_type: "forecast", problem_type: "forecasting" }, null, 2)}\n`,
    },
    manifest: {
      signature: {
        input: "series",
        output: "forecast",
        tensors: {
          inputs,
          outputs: OUTPUTS.map((name) => ({ name, dtype: "float32", shape: [-1, shape.horizon] })),
        },
      },
      preprocessing: {
        time: {
          column: shape.columns.time,
          spelling: shape.spelling,
          ...(time === undefined ? {} : { feed: time.feed }),
        },
        target: { column: shape.columns.target, ...shape.targetColumn },
        naming: [...shape.columns.series],
        series: of(shape.columns.series),
        known: of(shape.known),
        past: of(shape.past),
        frequency,
        context: shape.context,
        times: data.clean.times,
        gaps: data.clean.gaps,
        leastValues: shape.leastValues,
      },
      horizon: shape.horizon,
      season: shape.season,
      target: range,
      learnt: { series: fitted.series, until: fitted.until },
      windows: shape.windows,
      model: {
        parts: parts.map(({ kind, weight, model }) => ({
          kind,
          weight,
          parameters: model.parameters,
          ...(model.trees === undefined || model.trees === 0 ? {} : { trees: model.trees }),
        })),
      },
      interval: { coverage: train.interval, windows: fitted.intervalWindows },
      ...(candidates === undefined ? {} : { candidates }),
    },
  };
}
