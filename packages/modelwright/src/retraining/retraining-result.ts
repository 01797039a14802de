import type { Measure } from "@modelwright/contracts";
import type { ChampionComparison } from "../pipeline/promotion.ts";
import type { WindowComparison } from "./compare-on-window.ts";
import type { Retraining } from "./open-retraining.ts";

/** What a version that was trained anew has learnt, and whether it has held its own. */
export interface RetrainingResult {
  /** The version that it was held against: `tickets:3`. */
  readonly of: string;
  /** "challenger": it has the alias. "refused": it is kept without one. */
  readonly verdict: "challenger" | "refused";
  readonly reason: string;
  readonly feedback: Retraining["feedback"];
  /** On the rows that both were tested on; absent where the two cannot be compared. */
  readonly heldOut?: { readonly rows: number; readonly metric: string; readonly difference?: Measure };
  /** On the newest labelled traffic; absent where there was too little. */
  readonly window?: {
    readonly rows: number;
    readonly metric: string;
    readonly difference?: Measure;
    readonly measures: Readonly<Record<string, Measure>>;
    readonly championMeasures: Readonly<Record<string, Measure>>;
  };
}

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
