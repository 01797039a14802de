import { BatchDuration, type BatchSample, type DurationFit } from "./batch-duration.ts";

/** Options are part of a lane's key and clients choose them: lanes that were not used for long are forgotten. */
const MOST_LANES = 256;

/** How long batches take, by lane. */
export class LaneDurations {
  /** The lane that was used last stands at the end. */
  readonly #lanes = new Map<string, { readonly model: string; readonly duration: BatchDuration }>();

  /** Undefined as long as nothing is known. */
  fitOf(lane: string): DurationFit | undefined {
    return this.#lanes.get(lane)?.duration.fit;
  }

  add({ key, model }: { readonly key: string; readonly model: string }, sample: BatchSample): void {
    const lane = this.#lanes.get(key) ?? { model, duration: new BatchDuration() };
    lane.duration.add(sample);
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
    if (this.#lanes.size > MOST_LANES) this.#lanes.delete(this.#lanes.keys().next().value!);
  }

  /** What was learnt last of each model. */
  byModel(): ReadonlyMap<string, DurationFit> {
    return new Map(
      [...this.#lanes.values()].flatMap(({ model, duration }) =>
        duration.fit === undefined ? [] : [[model, duration.fit] as const],
      ),
    );
  }
}
