import type { TrafficRules } from "@modelwright/registry";

/** What arms are compared by, and how a reader is told. */
interface MeasureRow {
  /** Follows a number: "0.8 % of predictions failed". */
  readonly title: string;
  /** Default: as the quality of the task says. */
  readonly better?: "higher" | "lower";
  /** Loss up to which a challenger counts as no worse. */
  readonly margin: (rules: TrafficRules) => number;
  /** Whether it says how good answers are, from the most certain to the least; 0: it does not. */
  readonly quality: 0 | 1 | 2 | 3;
  /** Whether a challenger can be shown to be better by it. */
  readonly decides: boolean;
}

/** Of the predictions of an arm faster than the limit, the champion's rest: what the 95th percentile leaves. */
const SLOW_SHARE = 0.05;

/** Everything that arms are compared by. Each has an even share of alpha, whether anything is known of it or not. */
export const MEASURES = {
  failures: {
    title: "failed",
    better: "lower",
    margin: ({ errorMargin }) => errorMargin,
    quality: 0,
    decides: false,
  },
  /** Slower than `latencyRatio` times the champion's 95th percentile; more than 5 of a hundred are so just where the ratio is exceeded. */
  slow: { title: "slow", better: "lower", margin: () => SLOW_SHARE, quality: 0, decides: false },
  /** What the truths that came say. */
  quality: { title: "right", margin: ({ qualityMargin }) => qualityMargin, quality: 1, decides: true },
  /** Thumbs down and corrections, of all predictions: those with neither count as well, or a few who complain would decide. */
  complaints: {
    title: "complained of",
    better: "lower",
    margin: ({ qualityMargin }) => qualityMargin,
    quality: 2,
    decides: true,
  },
  /** What the model's own probabilities say. A model that is too sure of itself looks better, so that nothing is shown by it. */
  estimated: {
    title: "right, by its own probabilities",
    better: "higher",
    margin: ({ qualityMargin }) => qualityMargin,
    quality: 3,
    decides: false,
  },
} as const satisfies Readonly<Record<string, MeasureRow>>;

export type MeasureName = keyof typeof MEASURES;

export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[];

export function measureRow(name: MeasureName): MeasureRow {
  return MEASURES[name];
}
