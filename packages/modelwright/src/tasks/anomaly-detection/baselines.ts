import type { Frame } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import type { AnomalyOutcome } from "@modelwright/evaluation";
import type { BaselineContext } from "../task.ts";
import type { AnomalyRecipe } from "./detectors/detector.ts";
import { flagged } from "./outcome.ts";
import { knownOf, statusesOf, type WatchedTable } from "./rows.ts";
import { chooseThreshold } from "./threshold.ts";

type Context = Pick<
  BaselineContext<"anomaly-detection", WatchedTable, unknown, AnomalyOutcome>,
  "recipe" | "learning" | "test"
>;
type Name = AnomalyRecipe["evaluate"]["baselines"][number];

/** What needs no model. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<AnomalyOutcome>>> = {
  "largest-deviation": async ({ recipe, learning, test }) => {
    const deviation = largestDeviation(learning.train.frame);
    const rows = { oddness: deviation(learning.train.frame), statuses: statusesOf(learning.train) };
    const { threshold } = chooseThreshold(rows, alike(recipe, rows.oddness));
    return flagged(deviation(test.frame), knownOf(test), threshold);
  },
  random: async ({ recipe, test }) => {
    const random = RandomSource.fromSeed(recipe.train.seed).stream("random baseline");
    const oddness = Float64Array.from({ length: test.rows.length }, () => -Math.log(1 - random.uniform()));
    const { share } = recipe.model.threshold;
    return flagged(oddness, knownOf(test), { oddness: -Math.log(share), share });
  },
};

/** The recipe's way to a threshold; a share is one of these numbers, which are no shares themselves. */
function alike({ model: { threshold } }: AnomalyRecipe, oddness: Float64Array): AnomalyRecipe["model"]["threshold"] {
  const sorted = oddness.toSorted();
  const bound = sorted[Math.min(sorted.length - 1, Math.floor((1 - threshold.share) * sorted.length))]!;
  return { ...threshold, share: Math.exp(-bound) };
}

/** What the mean absolute deviation is multiplied by, so that it is the standard deviation of a normal law. */
const AS_NORMAL = 1.4826;

/** The largest distance of a row's numbers from their medians, in units of their columns' median distance; columns in which most rows are alike have none. */
function largestDeviation(train: Frame): (frame: Frame) => Float64Array {
  const units = train.columns.flatMap((column) => {
    if (column.kind !== "number") return [];
    const known = column.values.filter((value) => Number.isFinite(value));
    const median = middle(known);
    const unit = AS_NORMAL * middle(known.map((value) => Math.abs(value - median)));
    return unit > 0 ? [{ name: column.name, median, unit }] : [];
  });
  return (frame) => {
    const largest = new Float64Array(frame.rows);
    for (const { name, median, unit } of units) {
      const column = frame.columns.find((each) => each.name === name)!;
      if (column.kind !== "number") continue;
      for (const [row, value] of column.values.entries())
        if (Number.isFinite(value)) largest[row] = Math.max(largest[row]!, Math.abs(value - median) / unit);
    }
    return largest;
  };
}

/** NaN for no values. */
function middle(values: Float64Array): number {
  const sorted = values.toSorted();
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
