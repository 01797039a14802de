import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

/** After this long without a new connection or request, what was on its way has arrived. */
const QUIET_MS = 20;
/** Clients that never stop asking do not keep the server for ever. */
const MAX_QUIET_CHECKS = 100;

/** Counts requests under way, so that the server can stop without losing one. */
export class Lifecycle {
  readonly #drainMs: number;
  #isDraining = false;
  #active = 0;
  /** Connections and requests so far. */
  #arrivals = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: { readonly drainMs: number }) {
    this.#drainMs = options.drainMs;
  }

  get isReady(): boolean {
    return !this.#isDraining;
  }

  /** A connection was made; its first request is about to come. */
  connected(): void {
    this.#arrivals += 1;
  }

  /** @returns To be called when the request is over, however it ended; further calls do nothing. */
  enter(): () => void {
    this.#arrivals += 1;
    this.#active += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#active -= 1;
      if (this.#active === 0) this.#onIdle?.();
    };
  }

  /**
   * Turns readiness off, and settles when `drainMs` have passed, no request is under way and none is on its way.
   *
   * A balancer needs a moment to see that the server is not ready, and what it sends meanwhile gets a clean 503.
   */
  async drain(): Promise<void> {
    this.#isDraining = true;
    await sleep(this.#drainMs);
    for (let check = 0; check < MAX_QUIET_CHECKS; check++) {
      await this.#idle();
      const arrivals = this.#arrivals;
      await sleep(QUIET_MS);
      // On a busy machine timers may be late, and run before what has arrived meanwhile is read: look once more.
      await nextTurn();
      await nextTurn();
      if (this.#arrivals === arrivals && this.#active === 0) return;
    }
    await this.#idle();
  }

  async #idle(): Promise<void> {
    if (this.#active === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
