import { clip } from "./clip.ts";
import { fence, fitFence, type OutlierSettings } from "./fence.ts";
import { fitImputation, type ImputeStatistic, impute } from "./impute.ts";
import type { LearningRows } from "./learning-rows.ts";
import { fitNearest, nearest } from "./nearest.ts";
import { fitPredictMissing, predictMissing } from "./predict-missing.ts";
import { fitQuantiles, type QuantileTarget, quantile } from "./quantile.ts";
import { fitScaling, type ScalerName, scale } from "./scale.ts";
import type { Step } from "./step.ts";

/** What can be done with plain numbers. A new one is a row here, and of `FITS`. */
const STEPS = { fence, impute, nearest, predicted: predictMissing, scale, quantile, clip } as const;

type StepName = keyof typeof STEPS;

/** A fitted step: its name and what it learnt. */
export type FittedStep = {
  readonly [N in StepName]: { readonly step: N; readonly state: StateOf<N> };
}[StepName];
type StateOf<N extends StepName> = (typeof STEPS)[N] extends Step<infer S> ? S : never;

export function stepOf(name: StepName): Step<unknown> {
  return STEPS[name] as Step<unknown>;
}

export interface StepSettings {
  /** What becomes of numbers far from the others. Default: they stay. */
  readonly outliers?: OutlierSettings | undefined;
  /** What stands for missing values. "keep": they stay NaN. */
  readonly missing?: "keep" | ImputeStatistic | LookingAround | number | undefined;
  /** "none" keeps the unit. */
  readonly scale?: "none" | ScalerName | QuantileTarget | undefined;
  /** Numbers stay within ± this, after scaling. Default: they are not bounded. */
  readonly clip?: number | undefined;
}

/** Missing values that are told by all columns. */
type LookingAround = "nearest" | "predicted";

export function looksAround(missing: unknown): missing is LookingAround {
  return missing === "nearest" || missing === "predicted";
}

type Fit = (
  data: Float32Array,
  width: number,
  settings: StepSettings,
  around: LearningRows | undefined,
) => FittedStep | undefined;

/** In the order in which they follow one another. */
const FITS: readonly Fit[] = [
  (data, width, { outliers }) => {
    const state = outliers && fitFence(data, width, outliers);
    return state && { step: "fence", state };
  },
  (data, width, { missing = "keep" }, around) => {
    if (missing === "keep") return undefined;
    if (missing === "nearest") return { step: "nearest", state: fitNearest(data, width, around!) };
    if (missing === "predicted") return { step: "predicted", state: fitPredictMissing(data, width, around!) };
    return { step: "impute", state: fitImputation(data, width, missing) };
  },
  (data, width, { scale: by = "none" }) => {
    if (by === "none") return undefined;
    if (by === "quantile" || by === "normal") return { step: "quantile", state: fitQuantiles(data, width, by) };
    return { step: "scale", state: fitScaling(data, width, by) };
  },
  (_, __, { clip: bound }) => (bound === undefined ? undefined : { step: "clip", state: Math.fround(bound) }),
];

/**
 * Learns the steps that settings ask for, each from what the one before it gives.
 *
 * @param around What all columns say of the rows; there where missing values are told by it.
 */
export function fitSteps(
  data: Float32Array,
  width: number,
  settings: StepSettings,
  around?: LearningRows | undefined,
): FittedStep[] {
  const steps: FittedStep[] = [];
  let current = data;
  for (const fit of FITS) {
    const step = fit(current, width, settings, around);
    if (step === undefined) continue;
    steps.push(step);
    current = stepOf(step.step).apply(current, width, step.state, around?.seen);
  }
  return steps;
}
