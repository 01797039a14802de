import { type AnyTensor, tensor } from "@modelwright/engine";
import { type FeatureInput, feedOf } from "../preprocessing/feature-input.ts";
import { frameFeeds } from "../preprocessing/frame-feeds.ts";
import type { SeriesPanel } from "./series-panel.ts";
import { type SeriesWindow, type WindowReading, windowTensors } from "./series-windows.ts";

/** The input of a graph that takes earlier values, float32 `[batch, context]`. */
export const HISTORY_FEED = "history";

/** Whether a column has a value for a window, not one for each of its steps. */
export function isOfWindow({ series, past }: Pick<WindowReading, "series" | "past">, column: string): boolean {
  return series.includes(column) || past.includes(column);
}

/**
 * What a graph that forecasts is fed for some windows: `history`, and of other columns `[batch, 1]` for a window or `[batch, horizon]` for its
 * steps.
 *
 * @throws {ModelwrightError} `FEATURES_CATEGORY_UNKNOWN` where new categories are refused.
 */
export function windowFeeds(
  panel: SeriesPanel,
  windows: readonly SeriesWindow[],
  { reading, inputs }: { readonly reading: WindowReading; readonly inputs: readonly FeatureInput[] },
): Record<string, AnyTensor> {
  const { context, horizon } = reading;
  const { history, steps, windows: ofWindows } = windowTensors(panel, windows, reading);
  const feeds: Record<string, AnyTensor> = { [HISTORY_FEED]: tensor("float32", [windows.length, context], history) };
  for (const input of inputs) {
    const single = isOfWindow(reading, input.name);
    const feed = feedOf(input);
    const fed = frameFeeds([input], single ? ofWindows : steps)[feed]!;
    feeds[feed] = { ...fed, shape: [windows.length, single ? 1 : horizon] } as AnyTensor;
  }
  return feeds;
}
