import { setTimeout as sleep } from "node:timers/promises";
import type { Registry } from "@modelwright/registry";
import { isRegistryAway } from "../pipeline/registry-away.ts";
import { type LookOptions, stepTraffic, type TrafficStep } from "./step-traffic.ts";

export interface WatchTrafficOptions extends LookOptions {
  /** Between the end of a look and the next, in milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: TrafficStep) => void;
  /** The registry could not be asked. Told once, and `undefined` when it can again. */
  readonly onAway: (error: Error | undefined) => void;
}

/**
 * Steps until the policy has ended, or the signal says so. While the registry is away, what divides traffic stays as it is.
 * @returns The last step; undefined where none was made.
 */
export async function watchTraffic(
  registry: Registry,
  model: string,
  { everyMs, signal, onStep, onAway, ...options }: WatchTrafficOptions,
): Promise<TrafficStep | undefined> {
  let last: TrafficStep | undefined;
  let isAway = false;
  while (!signal.aborted) {
    try {
      last = await stepTraffic(registry, model, options);
      if (isAway) onAway(undefined);
      isAway = false;
      onStep(last);
      if ((last.changed ?? last.change).policy.state !== "running") return last;
    } catch (error) {
      if (!isRegistryAway(error)) throw error;
      if (!isAway) onAway(error);
      isAway = true;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
  return last;
}
