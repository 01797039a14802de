import type { Unit } from "../inference/messages.ts";
import { versionDigest } from "./version-digest.ts";

export interface EarlyRehearsalsOptions {
  /**
   * Tries a unit while there is nothing more urgent.
   * @returns Whether it was tried to its end.
   * @throws What is wrong with it.
   */
  readonly tryEarly: (unit: Unit) => Promise<boolean>;
  /** A unit that is not wanted yet could not be served. Told once. */
  readonly onFailed: (unit: Unit, error: Error) => void;
}

/**
 * Which units were tried, by what they compute, and the trials of those that may be wanted next: an alias that moves to one then waits for
 * nothing but its loading.
 */
export class EarlyRehearsals {
  readonly #options: EarlyRehearsalsOptions;
  /** Keys of the versions of each unit that was tried or loaded, by its digest. */
  readonly #passed = new Map<string, readonly string[]>();
  readonly #failed = new Map<string, readonly string[]>();
  #coming: readonly Unit[] = [];
  #isTrying = false;
  #isClosed = false;

  constructor(options: EarlyRehearsalsOptions) {
    this.#options = options;
  }

  has(unit: Unit): boolean {
    return this.#passed.has(digestOf(unit));
  }

  /** The unit was tried, or has run. */
  add(unit: Unit): void {
    this.#passed.set(digestOf(unit), keysOf(unit));
    this.#failed.delete(digestOf(unit));
  }

  /** Forgets units of which a version is gone. */
  keepOnly(existing: ReadonlySet<string>): void {
    for (const known of [this.#passed, this.#failed])
      for (const [digest, keys] of known) if (!keys.every((key) => existing.has(key))) known.delete(digest);
  }

  /** Tries these one after the other, in place of those planned before. */
  plan(coming: readonly Unit[]): void {
    this.#coming = this.#isClosed ? [] : coming;
    if (!this.#isTrying) void this.#tryAll();
  }

  /** Nothing more is tried. */
  close(): void {
    this.#isClosed = true;
    this.#coming = [];
  }

  async #tryAll(): Promise<void> {
    this.#isTrying = true;
    for (let unit = this.#next(); unit !== undefined; unit = this.#next()) {
      try {
        if (await this.#options.tryEarly(unit)) this.add(unit);
      } catch (error) {
        this.#failed.set(digestOf(unit), keysOf(unit));
        this.#options.onFailed(unit, error as Error);
      }
    }
    this.#isTrying = false;
  }

  #next(): Unit | undefined {
    return this.#coming.find((unit) => !this.has(unit) && !this.#failed.has(digestOf(unit)));
  }
}

function digestOf({ models }: Unit): string {
  return models.map(({ manifest }) => versionDigest(manifest)).join();
}

function keysOf({ models }: Unit): readonly string[] {
  return models.map(({ key }) => key);
}
