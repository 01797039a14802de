import type { Recipe } from "@modelwright/contracts";

export type ScheduleName = Recipe["train"]["schedule"];

/** Share of the peak learning rate by the share of the way from the end of the warm-up to the last step. */
const DECAYS: Readonly<Record<ScheduleName, (progress: number) => number>> = {
  constant: () => 1,
  linear: (progress) => 1 - progress,
  // Loshchilov & Hutter 2017 (arXiv:1608.03983), one half period
  cosine: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
};

/**
 * The factor on the peak learning rate at one update.
 *
 * It rises in a line over the warm-up (its first update already moves: 1/warmupSteps), is 1 at its end, then follows the schedule
 * towards the last update, which still moves.
 *
 * @param options.step Updates made before this one, from 0.
 * @param options.totalSteps Updates of the whole run.
 * @param options.warmupSteps Updates of the warm-up; 0: none.
 */
export function learningRateFactor(options: {
  readonly schedule: ScheduleName;
  readonly step: number;
  readonly totalSteps: number;
  readonly warmupSteps: number;
}): number {
  const { schedule, step, totalSteps, warmupSteps } = options;
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  return DECAYS[schedule](Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps)));
}

/** The recipe's `warmup` in updates: below 1 a share of all steps, otherwise a number of them. */
export function warmupSteps(warmup: number, totalSteps: number): number {
  return Math.min(totalSteps, Math.round(warmup < 1 ? warmup * totalSteps : warmup));
}
