/** How the learning rate goes on after the warm-up. */
export type ScheduleName =
  | "constant"
  | "linear"
  | "cosine"
  | "polynomial"
  | "inverseSquareRoot"
  | "step"
  | "warmupStableDecay"
  | "oneCycle"
  | "plateau";

/** Numbers that shape a schedule; each schedule reads its own. */
export interface ScheduleOptions {
  /** Share of the peak below which the learning rate does not fall, in `[0, 1)`. Default 0. */
  readonly minimum?: number;
  /** `cosine`: times that it starts again from the peak, the first included. Default 1. */
  readonly cycles?: number;
  /** `polynomial`: exponent of what is left of the way. Default 1. */
  readonly power?: number;
  /** `step` and `plateau`: what the learning rate is multiplied by. Default 0.1. */
  readonly factor?: number;
  /** `step`: below 1, share of the steps after the warm-up; otherwise steps. Default 0.3. */
  readonly every?: number;
  /** `warmupStableDecay`: share of the steps in which it falls, in `(0, 1]`. Default 0.2. */
  readonly decay?: number;
  /** `plateau`: evaluations without a smaller validation loss before it falls. Default 2. */
  readonly patience?: number;
}

interface ScheduleFacts {
  /** Updates made before this one, from 0. */
  readonly step: number;
  readonly totalSteps: number;
  readonly warmupSteps: number;
  /** The share of the way from the end of the warm-up to the last step, in `[0, 1]`. */
  readonly progress: number;
  readonly minimum: number;
  readonly cycles: number;
  readonly power: number;
  readonly factor: number;
  readonly every: number;
  readonly decay: number;
}

const DEFAULTS = { minimum: 0, cycles: 1, power: 1, factor: 0.1, every: 0.3, decay: 0.2 };

/** Share of the peak learning rate after the warm-up. */
const DECAYS: Readonly<Record<ScheduleName, (facts: ScheduleFacts) => number>> = {
  constant: () => 1,
  linear: ({ progress, minimum }) => between(minimum, 1 - progress),
  // Loshchilov & Hutter 2017 (arXiv:1608.03983): half a period for each cycle.
  cosine: ({ progress, minimum, cycles }) => between(minimum, halfCosine((progress * cycles) % 1)),
  polynomial: ({ progress, minimum, power }) => between(minimum, (1 - progress) ** power),
  // Vaswani et al. 2017 (arXiv:1706.03762), section 5.3, with the peak at the end of the warm-up.
  inverseSquareRoot: ({ step, warmupSteps }) => Math.sqrt(Math.max(1, warmupSteps) / (step + 1)),
  step: ({ step, totalSteps, warmupSteps, factor, every, minimum }) => {
    const length = every < 1 ? Math.max(1, Math.round(every * (totalSteps - warmupSteps))) : every;
    return Math.max(minimum, factor ** Math.floor((step - warmupSteps) / length));
  },
  // Hägele et al. 2024 (arXiv:2405.18392): constant, then down over the last part.
  warmupStableDecay: ({ progress, minimum, decay }) => between(minimum, Math.min(1, (1 - progress) / decay)),
  // Smith & Topin 2019 (arXiv:1708.07120); the rise, which starts at 1/25, takes the place of the warm-up.
  oneCycle: ({ step, totalSteps, warmupSteps }) => {
    const top = Math.max(0, warmupSteps - 1);
    if (step < top) return 1 / 25 + (24 / 25) * halfCosine(1 - step / top);
    const fall = halfCosine((step - top) / Math.max(1, totalSteps - 1 - top));
    return between(1 / 25e4, fall);
  },
  // The loop lowers it by what validation says: see `Plateau`.
  plateau: () => 1,
};

/** Schedules that shape the warm-up themselves. */
const OWN_WARMUP: ReadonlySet<ScheduleName> = new Set(["oneCycle"]);

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
  readonly options?: ScheduleOptions | undefined;
}): number {
  const { schedule, step, totalSteps, warmupSteps } = options;
  if (step < warmupSteps && !OWN_WARMUP.has(schedule)) return (step + 1) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return DECAYS[schedule]({ ...DEFAULTS, ...options.options, step, totalSteps, warmupSteps, progress });
}

/** A `warmup` in updates: below 1 a share of all steps, otherwise a number of them. */
export function warmupSteps(warmup: number, totalSteps: number): number {
  return Math.min(totalSteps, Math.round(warmup < 1 ? warmup * totalSteps : warmup));
}

/** From 1 at share 1 to `minimum` at share 0. */
function between(minimum: number, share: number): number {
  return minimum + (1 - minimum) * share;
}

/** From 1 at 0 to 0 at 1. */
function halfCosine(progress: number): number {
  return (1 + Math.cos(Math.PI * progress)) / 2;
}
