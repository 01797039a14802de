import { clip } from "./clip.ts";
import { fitImputation, type ImputeStatistic, impute } from "./impute.ts";
import { fitQuantiles, type QuantileTarget, quantile } from "./quantile.ts";
import { fitScaling, type ScalerName, scale } from "./scale.ts";
import type { Step } from "./step.ts";

/** What can be done with plain numbers. A new one is a row here, and of `FITS`. */
const STEPS = { impute, scale, quantile, clip } as const;

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
  /** What stands for missing values. "keep": they stay NaN. */
  readonly missing?: "keep" | ImputeStatistic | number | undefined;
  /** "none" keeps the unit. */
  readonly scale?: "none" | ScalerName | QuantileTarget | undefined;
  /** Numbers stay within ± this, after scaling. Default: they are not bounded. */
  readonly clip?: number | undefined;
}

type Fit = (data: Float32Array, width: number, settings: StepSettings) => FittedStep | undefined;

/** In the order in which they follow one another. */
const FITS: readonly Fit[] = [
  (data, width, { missing = "keep" }) =>
    missing === "keep" ? undefined : { step: "impute", state: fitImputation(data, width, missing) },
  (data, width, { scale: by = "none" }) => {
    if (by === "none") return undefined;
    if (by === "quantile" || by === "normal") return { step: "quantile", state: fitQuantiles(data, width, by) };
    return { step: "scale", state: fitScaling(data, width, by) };
  },
  (_, __, { clip: bound }) => (bound === undefined ? undefined : { step: "clip", state: Math.fround(bound) }),
];

/** Learns the steps that settings ask for, each from what the one before it gives. */
export function fitSteps(data: Float32Array, width: number, settings: StepSettings): FittedStep[] {
  const steps: FittedStep[] = [];
  let current = data;
  for (const fit of FITS) {
    const step = fit(current, width, settings);
    if (step === undefined) continue;
    steps.push(step);
    current = stepOf(step.step).apply(current, width, step.state);
  }
  return steps;
}
