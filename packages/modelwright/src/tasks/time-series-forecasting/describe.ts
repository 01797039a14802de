import { counted, percent } from "../../wording/quantities.ts";
import type { Lines } from "../task.ts";
import type { SeriesRecipe } from "./learner.ts";
import { LEARNERS } from "./learners.ts";

/** What a run will do, in the lines that decide the result. */
export function describe({ data, model, train, evaluate }: SeriesRecipe): Lines {
  const { series } = data.columns;
  const named = series === undefined ? "one series" : `series by ${[series].flat().join(", ")}`;
  const known = data.known.length === 0 ? "" : `; known ahead: ${data.known.join(", ")}`;
  const ignored = data.ignore.length === 0 ? "" : `; without ${data.ignore.join(", ")}`;
  const steps = data.frequency === "auto" ? "frequency told from the times" : `one step per ${data.frequency}`;
  const horizon = data.horizon === undefined ? "horizon by the frequency" : counted(data.horizon, "step");
  const windows =
    data.split.test === undefined
      ? "windows of the last fifth of the times"
      : `the last ${counted(data.split.test, "window")}`;
  return [
    ["data", `${data.source}; ${named}${known}${ignored}`],
    ["steps", `${steps}; forecast: ${horizon}`],
    ["split", `by time: test on ${windows}, validation before them`],
    [
      "model",
      model.kind === "auto"
        ? `auto: the blend of ${model.candidates.join(", ")} that forecasts the validation windows best`
        : LEARNERS[model.kind].title,
    ],
    ["interval", `holds ${percent(train.interval)} of the values, as the validation windows show`],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test windows, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}
