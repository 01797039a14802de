import { type AnswerOf, type ItemOf, type ManifestOf, ModelwrightError } from "@modelwright/contracts";
import { requireFuture, type SeriesPanel, type SeriesWindow, stepTimes, windowFeeds } from "@modelwright/data";
import { type AnyTensor, type Session, tensor } from "@modelwright/engine";
import type { LoadedModel, PredictRequest, WarmUp } from "../loaded-model.ts";
import { type LoadOptions, openVersion, unreadable } from "../open-version.ts";
import { graphInputs, graphReading, readTimelines } from "./read-timelines.ts";

type Task = "time-series-forecasting";

/** The next steps of a series, as the graph gives them: as many as it was trained for. */
export interface Forecast {
  /** ISO 8601. */
  readonly times: readonly string[];
  readonly value: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Outputs of the graph, `[windows, horizon]` each. */
const OUTPUTS = ["value", "low", "high"] as const;
/** Windows of one run of the session. */
const WINDOWS_PER_RUN = 512;

/** A time-series-forecasting version loaded from its folder. */
export class Forecaster implements LoadedModel<Task, Forecast> {
  readonly manifest: ManifestOf<Task>;
  readonly #session: Session;

  private constructor(manifest: ManifestOf<Task>, session: Session) {
    this.manifest = manifest;
    this.#session = session;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<Forecaster> {
    const { manifest, session, file } = await openVersion(directory, "time-series-forecasting", options);
    const missing = OUTPUTS.find(
      (name) => !session.outputs.some((output) => output.name === name && output.dtype === "float32"),
    );
    const known = ["history", ...graphInputs(manifest.preprocessing).map(({ feed }) => feed)];
    const extra = session.inputs.find(({ name }) => !known.includes(name));
    if (missing === undefined && extra === undefined) return new Forecaster(manifest, session);
    session.release();
    return unreadable(
      file,
      missing === undefined
        ? `the graph has an input "${extra!.name}", which the manifest does not name`
        : `the graph has no float32 output "${missing}"`,
    );
  }

  /**
   * Makes series ready.
   *
   * @throws {ModelwrightError} `MODEL_INPUT_INVALID`, `SERIES_…`, `FEATURES_…` naming row, column and value.
   */
  prepare(items: readonly ItemOf<Task>[]): { run(request?: PredictRequest<Task>): Promise<Forecast[]> } {
    const { panel, windows } = readTimelines(items, this.manifest.preprocessing);
    const { known } = this.manifest.preprocessing;
    return {
      run: async (request = {}) => {
        const horizon = this.#horizonOf(request.options);
        for (const window of windows) requireFuture(panel, window, { known: known.map(({ name }) => name), horizon });
        return this.prepareWindows(panel, windows).run(request);
      },
    };
  }

  /** The same of windows of series that are laid out already. */
  prepareWindows(
    panel: SeriesPanel,
    windows: readonly SeriesWindow[],
  ): {
    run(
      request?: Pick<PredictRequest<Task>, "signal" | "blocking"> & { readonly onProgress?: (done: number) => void },
    ): Promise<Forecast[]>;
  } {
    const reading = graphReading(this.manifest);
    const inputs = graphInputs(this.manifest.preprocessing);
    return {
      run: async ({ signal, blocking = false, onProgress } = {}) => {
        signal?.throwIfAborted();
        const forecasts: Forecast[] = [];
        for (let start = 0; start < windows.length; start += WINDOWS_PER_RUN) {
          signal?.throwIfAborted();
          const some = windows.slice(start, start + WINDOWS_PER_RUN);
          const outputs = await this.#session.run(this.#taken(windowFeeds(panel, some, { reading, inputs })), OUTPUTS, {
            blocking,
          });
          for (const [i, window] of some.entries()) {
            const of = (name: (typeof OUTPUTS)[number]) =>
              (outputs[name]!.data as Float32Array).slice(i * reading.horizon, (i + 1) * reading.horizon);
            const times = stepTimes(panel, window, reading.horizon);
            forecasts.push({ times, value: of("value"), low: of("low"), high: of("high") });
          }
          onProgress?.(forecasts.length);
        }
        return forecasts;
      },
    };
  }

  /** Those of some tensors that the graph takes: what is of no use to a model its graph has no input for. */
  #taken(feeds: Record<string, AnyTensor>): Record<string, AnyTensor> {
    return Object.fromEntries(this.#session.inputs.map(({ name }) => [name, feeds[name]!]));
  }

  #horizonOf(options: PredictRequest<Task>["options"]): number {
    const { horizon: trained } = this.manifest;
    const horizon = options?.horizon ?? trained;
    if (horizon > trained) throw new ModelwrightError("SERIES_HORIZON_EXCEEDED", { horizon, trained });
    return horizon;
  }

  /** The next values of series, in their order. */
  async predict(items: readonly ItemOf<Task>[], request: PredictRequest<Task> = {}): Promise<AnswerOf<Task>[]> {
    const forecasts = await this.prepare(items).run(request);
    return forecasts.map((forecast) => answerOf(forecast, request.options?.horizon));
  }

  /** Runs what the first request would wait for. */
  async warmUp(): Promise<WarmUp> {
    const { context, horizon } = graphReading(this.manifest);
    const empty: Record<string, AnyTensor> = { history: tensor("float32", [1, context], new Float32Array(context)) };
    for (const { name, dtype, shape } of this.#session.inputs) {
      const width = typeof shape[1] === "number" && shape[1] > 0 ? shape[1] : horizon;
      if (dtype === "string") empty[name] = tensor("string", [1, width], new Array<string>(width).fill(""));
      if (dtype === "int64") empty[name] = tensor("int64", [1, width], new BigInt64Array(width));
      if (dtype === "float32") empty[name] = tensor("float32", [1, width], new Float32Array(width));
    }
    const start = performance.now();
    await this.#session.run(empty, OUTPUTS);
    return { longestItemMs: performance.now() - start };
  }

  /** Frees the session; nothing may be asked afterwards. */
  release(): void {
    this.#session.release();
  }
}

/** The first steps of a forecast as a client sees them. */
export function answerOf({ times, value, low, high }: Forecast, horizon = times.length): AnswerOf<Task> {
  return {
    steps: times
      .slice(0, horizon)
      .map((time, step) => ({ time, value: value[step]!, low: low[step]!, high: high[step]! })),
  };
}
