import type { Measure, Recipe } from "@modelwright/contracts";
import { formatDifference, formatInterval, type MetricFamily, titleInSentence } from "@modelwright/evaluation";

/** Whether a new version takes over an alias, and the sentence that says why. */
export interface Promotion {
  readonly promote: boolean;
  readonly reason: string;
}

/** The metric that decides between two versions. */
export interface DecidingMetric {
  /** As it stands in a sentence. */
  readonly title: string;
  readonly better: "higher" | "lower";
  /** A loss up to which a version counts as no worse than another. */
  readonly margin: number;
}

/** The deciding metric of a family, as a sentence names it: `macro F1`, but `R²`. */
export function decidingMetric<Metric extends string>({
  metrics,
  deciding,
  margin,
}: Pick<MetricFamily<never, Metric>, "metrics" | "deciding" | "margin">): DecidingMetric {
  const { title, better } = metrics[deciding];
  return { title: titleInSentence(title), better, margin };
}

/** What the same test rows say about a new version and the champion. */
export type ChampionComparison = { readonly version: number } & (
  | {
      readonly metric: DecidingMetric;
      /** The new version's metric minus the champion's, paired; absent where the test rows do not define it for both. */
      readonly difference?: Measure | undefined;
    }
  /** Why the two cannot be compared, before `version 3`. */
  | { readonly incomparable: string }
);

/**
 * Decides whether a new version becomes the champion.
 *
 * Every gate of the recipe must hold, and no baseline may be shown to be better, unless the recipe allows it. Then it takes over when its deciding metric on the same test rows is at least as good as the
 * champion's, or when the 95 % interval of the paired difference keeps within the margin: the rows show that it is no worse by more (a test
 * of non-inferiority; that the rows fail to show it worse is not enough, for few rows show nothing).
 *
 * @param options.champion Absent when there is none.
 */
export function decidePromotion(options: {
  /** A baseline that the test rows show to be better, and by how much. Default: there is none. */
  readonly lostTo?:
    | { readonly name: string; readonly difference: Measure; readonly metric: DecidingMetric }
    | undefined;
  readonly belowBaseline?: Recipe["evaluate"]["belowBaseline"];
  readonly gates: Recipe["evaluate"]["gates"];
  readonly measures: Readonly<Record<string, Measure>>;
  readonly champion?: ChampionComparison | undefined;
  /** The same on the newest labelled traffic. Absent: that was not looked at. */
  readonly window?: ChampionComparison;
}): Promotion {
  const { gates, measures, champion } = options;
  const missed = missedGate(gates, measures);
  if (missed !== undefined) return { promote: false, reason: missed };
  const { lostTo, belowBaseline = "keep" } = options;
  if (lostTo !== undefined && belowBaseline === "keep") {
    const by = evidenceOf(lostTo.metric, lostTo.difference);
    const reason = `its baseline ${lostTo.name} is better on these test rows, ${by}; evaluate.belowBaseline: promote allows it all the same`;
    return { promote: false, reason };
  }
  if (champion === undefined) return { promote: true, reason: "first version" };
  if ("incomparable" in champion) {
    return { promote: true, reason: `${champion.incomparable} version ${champion.version}` };
  }
  const onTest = holdsItsOwn(champion, "these test rows");
  const { window } = options;
  if (!onTest.promote || window === undefined || "incomparable" in window) return onTest;
  const onWindow = holdsItsOwn(window, "the newest labelled traffic");
  return { ...onWindow, reason: `${onTest.reason}; ${onWindow.promote ? "and" : "but"} ${onWindow.reason}` };
}

/** Whether a version is as good as the champion on some rows, or shown to be hardly worse. */
function holdsItsOwn(
  { version, metric, difference }: Exclude<ChampionComparison, { readonly incomparable: string }>,
  rows: string,
): Promotion {
  if (difference === undefined) {
    const reason = `not shown to be as good as version ${version}: on ${rows} there is no ${metric.title} of both`;
    return { promote: false, reason };
  }
  const evidence = evidenceOf(metric, difference);
  const than = `version ${version} on ${rows}: ${evidence}`;
  const { gain, leastGain, bound } = inGains(metric, difference);
  if (gain >= 0) return { promote: true, reason: `at least as good as ${than}` };
  if (leastGain > -metric.margin) return { promote: true, reason: `no worse than ${than}, all ${bound}` };
  return { promote: false, reason: `not shown to be as good as ${than}, not all ${bound}` };
}

function evidenceOf({ title }: DecidingMetric, difference: Measure): string {
  return `${title} ${formatDifference(difference.value)} ${formatInterval(difference)}`.trimEnd();
}

/** A difference as a gain, of which more is better, and the words for its bound. */
function inGains(
  { better, margin }: DecidingMetric,
  { value, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY }: Measure,
): { readonly gain: number; readonly leastGain: number; readonly bound: string } {
  return better === "higher"
    ? { gain: value, leastGain: low, bound: `above ${formatDifference(-margin)}` }
    : { gain: -value, leastGain: -high, bound: `below ${formatDifference(margin)}` };
}

function missedGate(
  gates: Recipe["evaluate"]["gates"],
  measures: Readonly<Record<string, Measure>>,
): string | undefined {
  for (const [name, { min, max }] of Object.entries(gates)) {
    const value = measures[name]?.value;
    if (value === undefined || Number.isNaN(value)) return `gate ${name}: no such metric on these test rows`;
    if (min !== undefined && value < min) return `gate ${name}: ${value.toFixed(4)} is below ${min}`;
    if (max !== undefined && value > max) return `gate ${name}: ${value.toFixed(4)} is above ${max}`;
  }
  return undefined;
}
