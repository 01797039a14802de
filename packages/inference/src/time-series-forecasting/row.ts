import {
  type InputTensor,
  type ItemOf,
  type ManifestOf,
  ModelwrightError,
  type RequestLimits,
  showHttpValue,
  taskSchemas,
} from "@modelwright/contracts";
import type { InferenceRow } from "../inference-row.ts";
import { answerOf, type Forecast, Forecaster } from "./forecaster.ts";
import { readTimelines } from "./read-timelines.ts";

type Task = "time-series-forecasting";

const steps = (name: "value" | "low" | "high") => ({
  datatype: "FP32" as const,
  rowShape: ({ horizon }: ManifestOf<Task>) => [horizon],
  row: (forecast: Forecast) => Array.from(forecast[name], Math.fround),
});

/** Forecasts the next values of series, each with the two numbers between which it lies. */
export const timeSeriesForecasting = {
  task: "time-series-forecasting",
  load: (directory, options) => Forecaster.load(directory, options),
  sizeOf: () => 1,
  unfit: (item, manifest) => {
    try {
      readTimelines([item], manifest.preprocessing);
      return undefined;
    } catch (error) {
      if (error instanceof ModelwrightError && error.status === 400)
        return `a series that the model can read: ${error.problem}`;
      throw error;
    }
  },
  computed: ({ horizon }) => (horizon === undefined ? {} : { horizon }),
  show: (forecast, { options }) => answerOf(forecast, options.horizon),
  base: ({ model: { parts } }) => (parts.length === 1 ? parts[0]!.kind : "blend"),
  tensors: {
    inputs: () => [{ name: "timelines", datatype: "BYTES", shape: [-1] }],
    items: timelinesOf,
    outputs: {
      value: steps("value"),
      low: steps("low"),
      high: steps("high"),
      time: { datatype: "BYTES", rowShape: ({ horizon }) => [horizon], row: ({ times }) => times },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyForecaster(),
} satisfies InferenceRow<Task, Forecast>;

/**
 * The series of an inference request: one input, of texts that are a series each as JSON.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
function timelinesOf(inputs: readonly InputTensor[], limits: RequestLimits): ItemOf<Task>[] {
  const [input, ...others] = inputs;
  const fail = (path: string, rule: string, got: string): never => {
    throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule, got });
  };
  if (input === undefined || others.length > 0)
    return fail("inputs", 'must hold one tensor, "timelines"', `${inputs.length}`);
  const { data } = input;
  if (data.length < 1 || data.length > limits.maxItemsPerRequest)
    return fail("inputs[0].shape", `must hold 1 to ${limits.maxItemsPerRequest} series`, showHttpValue(input.shape));
  const schema = taskSchemas("time-series-forecasting").item(limits);
  return data.map((element, i) => {
    const text = Array.isArray(element) && element.length === 1 ? element[0] : element;
    const path = `inputs[0].data[${i}]`;
    if (typeof text !== "string") return fail(path, "must be a text: a series as JSON", showHttpValue(element));
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data as ItemOf<Task>;
    const [issue] = parsed.error.issues;
    return fail([path, ...issue!.path].join("."), issue!.message, showHttpValue(text));
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
