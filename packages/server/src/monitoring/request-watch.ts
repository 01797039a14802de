/** Times of a request, in milliseconds of `performance.now()`. */
export interface RequestTimes {
  /** When its headers had come. */
  readonly startedAt: number;
  /** When its items came into the queue. */
  readonly queuedAt?: number;
  /** When the first of them left it in a batch. */
  readonly leftAt?: number;
  /** When the last of them was answered, or none of them would be any more. */
  readonly answeredAt?: number;
}

interface WatchedVersion {
  readonly name: string;
  readonly version: number;
}

/** Notes what a request goes through, for its line in the log and its spans. */
export class RequestWatch {
  readonly #times: { -readonly [Time in keyof RequestTimes]: RequestTimes[Time] } = { startedAt: performance.now() };
  #version: WatchedVersion | undefined;
  #items: number | undefined;
  #code: string | undefined;

  get times(): RequestTimes {
    return this.#times;
  }

  /** The version that answers it, which traffic may be sent to; undefined before it is known. */
  get version(): WatchedVersion | undefined {
    return this.#version;
  }

  /** Items that it asks for; undefined before they are known. */
  get items(): number | undefined {
    return this.#items;
  }

  /** Of the error that it was answered with. */
  get code(): string | undefined {
    return this.#code;
  }

  queued(version: WatchedVersion, items: number): void {
    this.#version = version;
    this.#items = items;
    this.#times.queuedAt = performance.now();
  }

  /** A batch with items of it leaves the queue. */
  left(): void {
    this.#times.leftAt ??= performance.now();
  }

  answered(): void {
    this.#times.answeredAt = performance.now();
  }

  failed(code: string): void {
    this.#code = code;
  }
}
