import type { Measure, Recipe } from "@modelwright/contracts";
import { type ClassificationOutcome, compareOutcomes } from "@modelwright/evaluation";

/** Whether a new version takes over an alias, and the sentence that says why. */
export interface Promotion {
  readonly promote: boolean;
  readonly reason: string;
}

/** The metric that decides between two versions. */
const DECIDING_METRIC = "f1Macro";

/**
 * Decides whether a new version becomes the champion: every gate of the recipe holds, and it is not shown to be worse than the
 * champion on the same test rows.
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
  const { low, high } = comparison.difference;
  const interval = `macro F1 ${signed(comparison.difference.value)} [${signed(low ?? Number.NaN)}, ${signed(high ?? Number.NaN)}]`;
  if (comparison.better === "b") {
    return { promote: false, reason: `worse than version ${champion.version} on these test rows: ${interval}` };
  }
  return { promote: true, reason: `not worse than version ${champion.version} on these test rows: ${interval}` };
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

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(4)}`;
}
