import { ModelwrightError } from "@modelwright/contracts";
import type { KeyRing } from "@modelwright/registry";

/** From this age on keys are read again beside the requests; a request that meets older ones than twice that waits. */
const FRESH_MS = 500;
/** No request waits longer for keys to be read: after that the registry counts as away, and those known hold. */
const GREATEST_WAIT_MS = 1000;
/** How long keys hold that cannot be read again. */
const HELD_MS = 600_000;

export interface KnownKeysOptions {
  readonly read: () => Promise<KeyRing>;
  /** In milliseconds, of a clock that never goes back. */
  readonly now: () => number;
  /** Told once when keys cannot be read, and, with nothing, when they can be again. */
  readonly onAway: (error: unknown) => void;
}

/**
 * The keys of a registry as a server knows them, at most a second old while the registry answers. They are read when requests come.
 *
 * While it does not, those known hold for ten minutes, then none does. That there is no key holds for ever.
 */
export class KnownKeys {
  readonly #options: KnownKeysOptions;
  #ring: KeyRing | undefined;
  /** When the last reading that succeeded began. */
  #readAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #isAway = false;
  #reading: Promise<void> | undefined;

  constructor(options: KnownKeysOptions) {
    this.#options = options;
  }

  /** @throws {ModelwrightError} `ACCESS_KEYS_UNKNOWN`. */
  async current(): Promise<KeyRing> {
    const { now } = this.#options;
    if (now() - this.#triedAt > FRESH_MS) this.#refresh();
    if (this.#reading !== undefined && !this.#isAway && now() - this.#readAt > 2 * FRESH_MS) {
      await settledWithin(this.#reading, GREATEST_WAIT_MS);
    }
    const ring = this.#ring;
    if (ring === undefined || (!ring.isEmpty && now() - this.#readAt > HELD_MS)) {
      throw new ModelwrightError("ACCESS_KEYS_UNKNOWN", { heldSeconds: HELD_MS / 1000 });
    }
    return ring;
  }

  #refresh(): void {
    if (this.#reading !== undefined) return;
    const { read, now, onAway } = this.#options;
    const startedAt = now();
    this.#triedAt = startedAt;
    const reading = read().then(
      (ring) => {
        if (this.#isAway) onAway(undefined);
        this.#isAway = false;
        this.#ring = ring;
        this.#readAt = startedAt;
      },
      (error: unknown) => {
        if (!this.#isAway) onAway(error);
        this.#isAway = true;
      },
    );
    this.#reading = reading.finally(() => {
      this.#reading = undefined;
    });
  }
}

async function settledWithin(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
