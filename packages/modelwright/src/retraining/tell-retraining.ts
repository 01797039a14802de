import type { ChampionComparison } from "../pipeline/promotion.ts";
import type { WindowComparison } from "./compare-on-window.ts";
import type { Retraining } from "./open-retraining.ts";
import type { RetrainingResult } from "./retraining-result.ts";

export function retrainingResult(
  { continues, feedback }: Retraining,
  found: {
    readonly isPromoted: boolean;
    readonly reason: string;
    readonly comparison: ChampionComparison;
    readonly window: WindowComparison | undefined;
  },
): RetrainingResult {
  const { isPromoted, reason, comparison, window } = found;
  return {
    of: continues.version,
    verdict: isPromoted ? "challenger" : "refused",
    reason,
    feedback,
    ...("incomparable" in comparison ? {} : { heldOut: { rows: continues.heldOut.size, ...differenceOf(comparison) } }),
    ...(window === undefined
      ? {}
      : {
          window: {
            rows: window.rows,
            ...differenceOf(window.comparison),
            measures: window.measures,
            championMeasures: window.championMeasures,
          },
        }),
  };
}

function differenceOf({ metric, difference }: WindowComparison["comparison"]) {
  return { metric: metric.title, ...(difference === undefined ? {} : { difference }) };
}
