import type { SeriesModelKind } from "@modelwright/contracts";
import type { SeriesSplit } from "@modelwright/data";
import type { ForecastOutcome } from "@modelwright/evaluation";
import type { BaselineContext } from "../task.ts";
import { type FittedForecaster, fitOne } from "./fit.ts";
import { outcomeOf } from "./outcome.ts";
import { runWindows } from "./predict-windows.ts";

type Context = Pick<
  BaselineContext<"time-series-forecasting", SeriesSplit, unknown, ForecastOutcome>,
  "recipe" | "learning" | "test" | "fitted" | "onProgress"
>;

/** One of the models alone, without an interval. Undefined where it is the model itself. */
export async function baseline(kind: SeriesModelKind, context: Context): Promise<ForecastOutcome | undefined> {
  const { recipe, learning, test, onProgress } = context;
  const { parts, learnt, features } = context.fitted as FittedForecaster;
  if (parts.length === 1 && parts[0].kind === kind) return undefined;
  const own =
    learnt[kind] ?? (await fitOne(kind, { ...learning, recipe, features }, { onProgress, shouldStop: () => false }));
  const { horizon } = test.shape;
  const values = await runWindows(test, features, (graph) => own!.compile(graph), { threads: recipe.train.threads });
  const value = (window: number) => values.subarray(window * horizon, (window + 1) * horizon);
  return outcomeOf(test, { value }, recipe.train.interval);
}
