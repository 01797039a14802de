/** Counts requests under way, so that the server can stop without losing one. */
export class Lifecycle {
  readonly #drainMs: number;
  #isDraining = false;
  #active = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: { readonly drainMs: number }) {
    this.#drainMs = options.drainMs;
  }

  get isReady(): boolean {
    return !this.#isDraining;
  }

  /** @returns To be called when the request is over, however it ended; further calls do nothing. */
  enter(): () => void {
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
   * Turns readiness off, and settles when `drainMs` have passed and no request is under way: a balancer needs a moment
   * to see that the server is not ready, and what it sends meanwhile gets a clean 503.
   */
  async drain(): Promise<void> {
    this.#isDraining = true;
    await new Promise((resolve) => setTimeout(resolve, this.#drainMs));
    if (this.#active === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
