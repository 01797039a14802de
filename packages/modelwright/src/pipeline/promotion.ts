import type { Measure, Recipe } from "@modelwright/contracts";
import { type ClassificationOutcome, compareOutcomes, formatDifference, formatInterval } from "@modelwright/evaluation";

/** Whether a new version takes over an alias, and the sentence that says why. */
export interface Promotion {
  readonly promote: boolean;
  readonly reason: string;
}

/** The metric that decides between two versions. */
const DECIDING_METRIC = "f1Macro";

/** A loss of the deciding metric up to which a version counts as no worse than another. */
const NON_INFERIORITY_MARGIN = 0.01;

/**
 * Decides whether a new version becomes the champion.
 *
 * Every gate of the recipe must hold. Then it takes over when its macro F1 on the same test rows is at least the champion's, or when the
 * 95 % interval of the paired difference lies above −0.01: the rows show that it is no worse by more than that margin (a test of
 * non-inferiority; that the rows fail to show it worse is not enough, for few rows show nothing).
 *
 * @param champion The present champion's outcome on these rows; absent when there is none or its labels differ.
 */
export function decidePromotion(options: {
  readonly recipe: Recipe["evaluate"];
  readonly seed: number;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly outcome: ClassificationOutcome;
  readonly champion?: { readonly version: number; readonly outcome?: ClassificationOutcome };
}): Promotion {
  const { recipe, measures, champion } = options;
  const missed = missedGate(recipe.gates, measures);
  if (missed !== undefined) return { promote: false, reason: missed };
  if (champion === undefined) return { promote: true, reason: "first version" };
  if (champion.outcome === undefined) {
    return { promote: true, reason: `the labels differ from those of version ${champion.version}` };
  }
  const comparison = compareOutcomes(options.outcome, champion.outcome, {
    resamples: recipe.bootstrap,
    seed: options.seed,
  }).find(({ metric }) => metric === DECIDING_METRIC)!;
  const { value, low = Number.NEGATIVE_INFINITY } = comparison.difference;
  const evidence = `macro F1 ${formatDifference(value)} ${formatInterval(comparison.difference)}`.trimEnd();
  const than = `version ${champion.version} on these test rows: ${evidence}`;
  if (value >= 0) return { promote: true, reason: `at least as good as ${than}` };
  const margin = formatDifference(-NON_INFERIORITY_MARGIN);
  if (low > -NON_INFERIORITY_MARGIN) return { promote: true, reason: `no worse than ${than}, all above ${margin}` };
  return { promote: false, reason: `not shown to be as good as ${than}, not all above ${margin}` };
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
