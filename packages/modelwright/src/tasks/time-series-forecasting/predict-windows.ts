import { type FittedFeatures, type SeriesSplit, windowFeeds } from "@modelwright/data";
import { defaultRuntime, encodeModel, type Session, type Value } from "@modelwright/engine";
import { ForecastGraph } from "./forecast-graph.ts";
import { readingOf } from "./window-reading.ts";

/** Windows of one run of a session. */
const WINDOWS_PER_RUN = 512;

/**
 * Runs a part of a graph on windows.
 *
 * @param build Makes a value `[batch, …]` or `[batch · horizon, …]` of the graph.
 * @returns What it is for all windows, one after the other.
 */
export async function runWindows(
  split: SeriesSplit,
  features: FittedFeatures | undefined,
  build: (graph: ForecastGraph) => Value,
  options: { readonly onProgress?: (share: number) => void; readonly threads?: number | undefined } = {},
): Promise<Float32Array> {
  const graph = new ForecastGraph(split.shape, features);
  graph.b.output(build(graph), "numbers");
  const session = await openSession(graph, options.threads);
  try {
    const parts: Float32Array[] = [];
    for (let start = 0; start < split.windows.length; start += WINDOWS_PER_RUN) {
      const some = split.windows.slice(start, start + WINDOWS_PER_RUN);
      const feeds = windowFeeds(split.panel, some, { reading: readingOf(split.shape), inputs: graph.columns });
      const wanted = Object.fromEntries(session.inputs.map(({ name }) => [name, feeds[name]!]));
      const { numbers } = await session.run(wanted);
      parts.push(numbers!.data as Float32Array);
      options.onProgress?.(Math.min(1, (start + WINDOWS_PER_RUN) / split.windows.length));
    }
    const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  } finally {
    session.release();
  }
}

async function openSession(graph: ForecastGraph, threads: number | undefined): Promise<Session> {
  const runtime = await defaultRuntime();
  return runtime.createSession(encodeModel(graph.build()), threads === undefined ? {} : { threads });
}
