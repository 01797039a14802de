import { TASKS } from "@modelwright/contracts";
import type { SeriesSplit } from "@modelwright/data";
import { type CardParts, codeBlock, codeSpan, type ForecastOutcome, forecastCard } from "@modelwright/evaluation";
import { counted, percent } from "../../wording/quantities.ts";
import { showNumber } from "../../wording/show-number.ts";
import type { DocumentContext } from "../task.ts";
import type { FittedForecaster } from "./fit.ts";
import { partsInWords } from "./parts-in-words.ts";
import { timelineOf } from "./timeline.ts";

type Context = DocumentContext<"time-series-forecasting", SeriesSplit, FittedForecaster, ForecastOutcome>;

/** Rows of a history that an example shows. */
const SHOWN = 2;

/** What the card of a forecaster says beside the shared skeleton. */
export function cardOf({ manifest, test, model }: Context): CardParts {
  const { preprocessing, horizon, season, target, interval, learnt, name, task } = manifest;
  const column = preprocessing.target.column;
  const { evidence, limits } = forecastCard(model.outcome, column);
  const seasons =
    season === 1 ? "No season shows in the training values." : `Series repeat themselves after ${season} steps.`;
  const { known } = preprocessing;
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle: "Time series forecasting",
    summary: [
      `Forecasts ${codeSpan(column)} for the next ${counted(horizon, "step")}, one per ${preprocessing.frequency}; ${partsInWords(manifest.model.parts)}. It learnt from ${learnt.series.toLocaleString("en")} series up to ${learnt.until}, with values from ${showNumber(target.minimum)} to ${showNumber(target.maximum)}. ${seasons}`,
      `Between \`low\` and \`high\` of a step lies the value of about ${percent(interval.coverage)} of such steps, held to ${interval.windows.toLocaleString("en")} validation windows. Any series of the same kind is forecast from its own history, also one that was not there in training.`,
    ],
    usage: usage(manifest, exampleOf(test)),
    evidence,
    limits: [
      ...limits,
      `It reads the last ${preprocessing.context.toLocaleString("en")} values of a history, and needs ${preprocessing.leastValues} at least.`,
      ...(known.length === 0
        ? []
        : [`It must be told ${known.map(({ name: each }) => codeSpan(each)).join(", ")} of the steps ahead.`]),
    ],
  };

  function usage({ version }: Context["manifest"], item: object): string[] {
    const json = JSON.stringify(item);
    return [
      `On the command line, from a file with the history of one series or many; ${codeSpan(`${name}@champion`)} is the version in use, ${codeSpan(`${name}:${version}`)} this one:`,
      codeBlock("sh", `modelwright predict ${name}@champion --file history.csv --output forecast.csv`),
      "From TypeScript or JavaScript:",
      codeBlock(
        "ts",
        `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "${task}" });
const [result] = await model.predict([${json}]);
console.log(result.steps);`,
      ),
      `Over HTTP, after \`modelwright serve ${name}@champion\`; the server describes every route at \`/openapi.json\`:`,
      codeBlock(
        "sh",
        `curl -H 'content-type: application/json' -d '{"timelines": [${json.replaceAll("'", "'\\''")}]}' http://127.0.0.1:8000/v1/models/${name}/predict`,
      ),
      "It answers one forecast per series, in their order:",
      codeBlock(
        "text",
        `{"model": {"name": "${name}", "version": ${version}}, "predictions": [{"steps": [{"time": …, "value": …, "low": …, "high": …}, …]}]}`,
      ),
      `In any ONNX Runtime (Python, C#, Java, Rust): \`onnx/model.onnx\` takes \`history\`, float32 \`[series, ${preprocessing.context}]\`, the latest value at the end and not-a-number where there is none, and one input per other column, \`[series, 1]\` or, of what is known ahead, \`[series, ${horizon}]\`; times as int64 milliseconds since 1970 UTC. Read the outputs \`value\`, \`low\` and \`high\`, \`[series, ${horizon}]\`.`,
    ];
  }
}

/** A short history to show: too short for a good forecast, long enough to see its form. */
function exampleOf(test: SeriesSplit): object {
  const { history, future, series } = timelineOf(test, 0);
  return {
    history: history.slice(-SHOWN),
    ...(future === undefined ? {} : { future: future.slice(0, 1) }),
    ...(series === undefined ? {} : { series }),
  };
}
