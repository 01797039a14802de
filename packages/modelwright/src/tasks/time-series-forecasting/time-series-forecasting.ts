import type { SeriesSplit } from "@modelwright/data";
import { type ForecastOutcome, forecastFamily } from "@modelwright/evaluation";
import { forecastBody } from "@modelwright/evaluation/report";
import type { Forecaster } from "@modelwright/inference";
import { plainText } from "../../wording/plain-text.ts";
import { counted, percent } from "../../wording/quantities.ts";
import { showNumber } from "../../wording/show-number.ts";
import type { Task } from "../task.ts";
import { candidateLines } from "../text-encoder/candidates/candidate-facts.ts";
import { candidatesSection } from "../text-encoder/candidates/candidates-section.ts";
import { answers } from "./answers.ts";
import { baseline } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { describe } from "./describe.ts";
import { draftForecast } from "./draft.ts";
import { type FittedForecaster, fitForecaster } from "./fit.ts";
import { outcomeOf, windowTexts } from "./outcome.ts";
import { partsInWords } from "./parts-in-words.ts";
import { evaluationRows, prepareRows, takeWindows, trialsOf } from "./rows.ts";
import { sampleSales } from "./sample-sales.ts";
import { versionOf } from "./version.ts";

/** Forecasts the next values of series, each with the two numbers between which it lies. */
export const timeSeriesForecasting: Task<
  "time-series-forecasting",
  SeriesSplit,
  FittedForecaster,
  ForecastOutcome,
  Forecaster
> = {
  family: forecastFamily,
  prepare: prepareRows,
  size: ({ windows }) => windows.length,
  subset: takeWindows,
  fit: fitForecaster,
  version: versionOf,
  outcome: async (model, split, { onProgress }) => {
    const forecasts = await model.prepareWindows(split.panel, split.windows).run({
      onProgress: (done) => onProgress?.(done, split.windows.length),
    });
    const of = (name: "value" | "low" | "high") => (window: number) => forecasts[window]![name];
    return outcomeOf(split, { value: of("value"), low: of("low"), high: of("high") }, model.manifest.interval.coverage);
  },
  baseline: (name, context) => baseline(name as "ets", context),
  incomparable: ({ manifest }, champion) => {
    if (manifest.preprocessing.target.column !== champion.preprocessing.target.column)
      return "the target differs from that of";
    if (manifest.preprocessing.frequency !== champion.preprocessing.frequency)
      return "the frequency differs from that of";
    return manifest.horizon === champion.horizon ? undefined : "the horizon differs from that of";
  },
  tables: () => [],
  details: ({ coverage }) => (coverage === undefined ? {} : { interval: { asked: coverage } }),
  trials: trialsOf,
  learning: ({ rounds }) => ({
    steps: [],
    evaluations: rounds.map((loss, round) => ({ step: round + 1, loss, metrics: {} })),
  }),
  report: ({ manifest, model: { outcome, measures } }) => {
    const body = forecastBody({ outcome, measures, target: manifest.preprocessing.target.column });
    return { ...body, sections: [...candidatesSection(manifest.candidates), ...body.sections] };
  },
  card: cardOf,
  describe,
  summary: ({ preprocessing, horizon, season, target, learnt, model, interval, candidates }) => [
    [
      "forecasts",
      `${plainText(preprocessing.target.column)}, ${counted(horizon, "step")} of one per ${preprocessing.frequency}`,
    ],
    [
      "learnt",
      `${learnt.series.toLocaleString("en")} series up to ${learnt.until}, ${showNumber(target.minimum)} to ${showNumber(target.maximum)}`,
    ],
    [
      "reads",
      `${preprocessing.context.toLocaleString("en")} values${season === 1 ? "" : `, season ${season}`}${known(preprocessing.known)}`,
    ],
    ["model", partsInWords(model.parts)],
    [
      "interval",
      `holds ${percent(interval.coverage)}, held to ${interval.windows.toLocaleString("en")} validation windows`,
    ],
    ...candidateLines(candidates),
  ],
  texts: windowTexts,
  evaluationRows,
  draft: draftForecast,
  sample: { file: "sales.csv", content: sampleSales },
  answers,
  monitoring: {
    unwatched: "a series differs from its past by itself; evaluate the model on the newest rows instead",
  },
};

function known(columns: readonly { readonly name: string }[]): string {
  return columns.length === 0 ? "" : `; known ahead: ${columns.map(({ name }) => plainText(name)).join(", ")}`;
}
