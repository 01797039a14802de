import { type SeriesSplit, windowTensors } from "@modelwright/data";
import type { SeriesLearner } from "./learner.ts";
import { type Smoothing, type SmoothingPlan, smooth, smoothings } from "./smoothing.ts";
import { smoothingGraph } from "./smoothing-graph.ts";
import { readingOf } from "./window-reading.ts";

/** Windows by which settings are chosen. */
const WINDOWS = 300;
/** Settings that are kept: those with the largest weights over these windows. */
const KEPT = 24;
/** Logarithms are kept where they have so much of all weights. */
const LEAST_OF_LOGARITHMS = 0.02;
/** Windows between which others have their turn. */
const AT_ONCE = 20;

/** Exponential smoothing of level, trend and season: settings are weighed anew for every history. */
export const ets: SeriesLearner = {
  title: "exponential smoothing",
  fit: async ({ train }, { onProgress, shouldStop }) => {
    const { season, horizon } = train.shape;
    const all: SmoothingPlan = { season, horizon, settings: smoothings(season), logarithms: true };
    const stride = Math.max(1, train.windows.length / WINDOWS);
    const some = Array.from({ length: Math.min(WINDOWS, train.windows.length) }, (_, i) => Math.floor(i * stride));
    const weights = new Float64Array(2 * all.settings.length);
    for (const [done, window] of some.entries()) {
      if (shouldStop()) return undefined;
      smooth(historyOf(train, window), all).weights.forEach((weight, i) => {
        weights[i]! += weight / some.length;
      });
      if (done % AT_ONCE !== AT_ONCE - 1) continue;
      onProgress(done / some.length);
      await new Promise(setImmediate);
    }
    const plan = chosen(all, weights);
    return { compile: (graph) => smoothingGraph(graph, plan), parameters: plan.settings.length };
  },
};

function historyOf(split: SeriesSplit, window: number): Float32Array {
  return windowTensors(split.panel, [split.windows[window]!], readingOf(split.shape)).history;
}

/** The settings with the largest weights, those of values and of logarithms put together. */
function chosen(all: SmoothingPlan, weights: Float64Array): SmoothingPlan {
  const { length } = all.settings;
  const ofSetting = (i: number) => weights[i]! + weights[length + i]!;
  const order = [...all.settings.keys()].sort((a, b) => ofSetting(b) - ofSetting(a) || a - b);
  const settings: Smoothing[] = order.slice(0, KEPT).map((i) => all.settings[i]!);
  const logarithms = weights.subarray(length).reduce((sum, weight) => sum + weight, 0);
  return { ...all, settings, logarithms: logarithms >= LEAST_OF_LOGARITHMS };
}
