import type { JsonValue } from "../records/record.ts";
import type { NewTrafficPolicy, TrafficPolicy, TrafficState } from "./traffic-policy.ts";

/** One change of how a model's traffic is divided, and the policy as it is from then on. */
export interface TrafficChange {
  /** 1, 2, 3 … for each model, over all its policies. */
  readonly ordinal: number;
  readonly policy: TrafficPolicy;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who changed it: a person, or the controller. */
  readonly by: string;
  readonly reason: string;
  /** The numbers that it was decided by. */
  readonly evidence?: JsonValue;
}

/** Why something is changed. */
export interface TrafficReason {
  readonly by: string;
  readonly reason: string;
  readonly evidence?: JsonValue;
}

/** A change that was decided by the state after another one. */
export interface NextTraffic extends TrafficReason {
  /** Of the change that was looked at: once there is a later one, this is refused. */
  readonly from: number;
  /** Default: as it was. */
  readonly percent?: number;
  /** Default: it runs on. */
  readonly state?: TrafficState;
}

/** How the traffic of models is divided, and how that came about. Nothing of it is ever forgotten. */
export interface TrafficStore {
  /**
   * Divides the traffic of a model between its champion and a challenger.
   * @throws {ModelwrightError} `TRAFFIC_RUNNING` where it is divided already; `TRAFFIC_CHAMPION_ABSENT`,
   *   `TRAFFIC_CHALLENGER_IS_CHAMPION`, `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_UNKNOWN`, `REGISTRY_VALUE_INVALID`.
   */
  start(policy: NewTrafficPolicy, reason: TrafficReason): Promise<TrafficChange>;
  /**
   * Goes a step on, or ends the policy, in one transaction with the alias: a promotion moves `champion` to the challenger,
   * and a promoted one that is rolled back moves it back.
   * @throws {ModelwrightError} `TRAFFIC_CHANGED` where somebody was first, `TRAFFIC_ENDED`, `TRAFFIC_ABSENT`,
   *   `REGISTRY_ALIAS_MOVED` where the champion is another by now, `REGISTRY_VALUE_INVALID`.
   */
  change(model: string, next: NextTraffic): Promise<TrafficChange>;
  /** The last change of a model; undefined where its traffic was never divided. */
  last(model: string): Promise<TrafficChange | undefined>;
  /** The policies that divide traffic now, by model; those that cannot be read divide none. */
  running(): Promise<readonly TrafficPolicy[]>;
  /** Every change of a model, oldest first; those that cannot be read are left out. */
  history(model: string): Promise<readonly TrafficChange[]>;
}
