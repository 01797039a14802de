/** How traffic is divided: for good until somebody decides, in steps, or not at all while a challenger answers unheard. */
export const TRAFFIC_KINDS = ["split", "canary", "shadow"] as const;
export type TrafficKind = (typeof TRAFFIC_KINDS)[number];

/**
 * Where a policy is: `running` divides traffic; `promoted` made the challenger champion, `rolled-back` found it worse,
 * `inconclusive` did not find out in time, `stopped` was ended by somebody.
 */
export const TRAFFIC_STATES = ["running", "promoted", "rolled-back", "stopped", "inconclusive"] as const;
export type TrafficState = (typeof TRAFFIC_STATES)[number];

/** What stays with one version: a subject, where requests name one, or a client's key; otherwise each request is by itself. */
export const TRAFFIC_UNITS = ["subject", "client"] as const;
export type TrafficUnit = (typeof TRAFFIC_UNITS)[number];

export const TRAFFIC_GOALS = ["better", "no worse"] as const;

/** By what a challenger is judged; settled before the first look, so that no look can change them. */
export interface TrafficRules {
  /** What must be shown of a challenger before it is promoted. */
  readonly goal: (typeof TRAFFIC_GOALS)[number];
  /** Chance of a wrong verdict, over all looks and measures together. */
  readonly alpha: number;
  /** Predictions of each arm before anything is decided, and again after each step. */
  readonly leastRequests: number;
  /** More failures than the champion's up to which a challenger counts as no worse; a share. */
  readonly errorMargin: number;
  /** A challenger whose 95th percentile of latency is more than so many times the champion's is worse. */
  readonly latencyRatio: number;
  /** Loss of quality up to which it counts as no worse, in the unit of the task's measure. */
  readonly qualityMargin: number;
  /** Whether it is only promoted where something is known of its quality: feedback, or probabilities that are calibrated. */
  readonly needsQuality: boolean;
}

/** How the traffic of a model is divided between its champion and a challenger. */
export interface TrafficPolicy {
  /** 12 hexadecimal digits. Subjects are divided by it, so that each policy divides them anew. */
  readonly id: string;
  readonly model: string;
  readonly kind: TrafficKind;
  /** The version at which the alias `champion` pointed when it began. */
  readonly champion: number;
  readonly challenger: number;
  readonly unit: TrafficUnit;
  /** How many of a hundred units the challenger answers; a shadow is asked what they ask, and nobody hears it. */
  readonly percent: number;
  /** What `percent` becomes one after the other; the last of a canary is 100, which is the promotion. */
  readonly ramp: readonly number[];
  readonly rules: TrafficRules;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** From then on it has found out, or is inconclusive. */
  readonly endsAt: string;
  readonly state: TrafficState;
}

export type NewTrafficPolicy = Pick<
  TrafficPolicy,
  "model" | "kind" | "challenger" | "unit" | "ramp" | "rules" | "endsAt"
>;
