import { ModelwrightError } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import type { Registry, TrafficChange, TrafficKind, TrafficRules, TrafficUnit } from "@modelwright/registry";

export interface StartTrafficOptions {
  /** The challenger: `tickets:4`, or an alias such as `tickets@challenger`. */
  readonly challenger: string;
  readonly kind: TrafficKind;
  /** How many of a hundred units it gets, one share after the other. Default: of its kind, see `DEFAULT_RAMPS`. */
  readonly ramp?: readonly number[] | undefined;
  /** Default "subject". */
  readonly unit?: TrafficUnit | undefined;
  readonly rules?: Partial<TrafficRules> | undefined;
  /** After so many days it is inconclusive if nothing was found out. Default 14. */
  readonly days?: number | undefined;
  readonly by: string;
  readonly reason: string;
}

/** A canary's last step is the promotion. */
const DEFAULT_RAMPS: Readonly<Record<TrafficKind, readonly number[]>> = {
  split: [50],
  canary: [1, 5, 10, 25, 50, 100],
  shadow: [100],
};

export const DEFAULT_RULES: TrafficRules = {
  goal: "no worse",
  alpha: 0.05,
  leastRequests: 500,
  errorMargin: 0.01,
  latencyRatio: 1.5,
  qualityMargin: 0.02,
  needsQuality: true,
};

const DEFAULT_DAYS = 14;
const DAY_MS = 86_400_000;

/**
 * Divides a model's traffic between its champion and a challenger. Servers that follow the registry do so within a second or
 * two, when the challenger is loaded.
 *
 * A split is to show that a challenger is better, the others that it is no worse, unless `rules.goal` says otherwise.
 * @throws {ModelwrightError} `TRAFFIC_SHADOW_UNSUPPORTED`; what `TrafficStore.start` and `resolve` throw.
 */
export async function startTraffic(registry: Registry, options: StartTrafficOptions): Promise<TrafficChange> {
  const { challenger, kind, ramp, unit = "subject", rules, days = DEFAULT_DAYS, by, reason } = options;
  const { name: model, version, manifest } = await registry.resolve(challenger);
  if (kind === "shadow" && inferenceRow(manifest.task).writes === true) {
    throw new ModelwrightError("TRAFFIC_SHADOW_UNSUPPORTED", { model: `${model}:${version}`, task: manifest.task });
  }
  const goal = kind === "split" ? "better" : "no worse";
  return registry.stores.traffic.start(
    {
      model,
      kind,
      challenger: version,
      unit,
      ramp: ramp ?? DEFAULT_RAMPS[kind],
      rules: { ...DEFAULT_RULES, goal, ...rules },
      endsAt: new Date(Date.now() + days * DAY_MS).toISOString(),
    },
    { by, reason },
  );
}
