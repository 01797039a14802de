const MS_PER_MINUTE = 60_000;

/** Lets so many through in a minute; what was not used of a minute, and no more, may come at once. */
export class TokenBucket {
  readonly perMinute: number;
  #tokens: number;
  #at: number;

  /** @param now In milliseconds, of a clock that never goes back. */
  constructor(perMinute: number, now: number) {
    this.perMinute = perMinute;
    this.#tokens = perMinute;
    this.#at = now;
  }

  /** Takes `cost`, at most `perMinute`, or nothing. @returns Milliseconds until there will be enough; 0 when it was taken. */
  take(cost: number, now: number): number {
    this.#tokens = Math.min(this.perMinute, this.#tokens + ((now - this.#at) * this.perMinute) / MS_PER_MINUTE);
    this.#at = now;
    if (this.#tokens < cost) return ((cost - this.#tokens) * MS_PER_MINUTE) / this.perMinute;
    this.#tokens -= cost;
    return 0;
  }
}
