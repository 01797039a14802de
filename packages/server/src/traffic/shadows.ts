import type { ServedModels } from "../inference/served-models.ts";

/** What a shadow is asked after a client has its answer. */
export interface ShadowItem {
  /** Key of the version that is asked. */
  readonly key: string;
  /** Name of what runs it: once it was loaded anew, it is another. */
  readonly runner: string;
  readonly ask: () => Promise<unknown>;
}

export interface ShadowsOptions {
  /** Whether nothing waits and nothing runs. */
  readonly isIdle: () => boolean;
  /** Keeps what is served now in memory until it leaves. */
  readonly enter: () => { readonly models: ServedModels; readonly leave: () => void };
  readonly onAsked: (key: string) => void;
  /** Told of each item for which there was no time. */
  readonly onDropped: (key: string) => void;
}

/** Items that may wait for an idle moment, and for how long. */
const MOST_WAITING = 256;
const LONGEST_WAIT_MS = 10_000;
const LOOK_EVERY_MS = 10;

/**
 * Asks shadows in idle moments, one item at a time: a client that comes meanwhile waits for that one at most. For what comes
 * faster than there are idle moments there is no time, and it is dropped.
 */
export class Shadows {
  readonly #options: ShadowsOptions;
  readonly #waiting: { readonly item: ShadowItem; readonly since: number }[] = [];
  #isAsking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ShadowsOptions) {
    this.#options = options;
  }

  /** Never waits and never throws. */
  offer(item: ShadowItem): void {
    if (this.#waiting.length >= MOST_WAITING) this.#options.onDropped(item.key);
    else this.#waiting.push({ item, since: performance.now() });
    this.#plan(0);
  }

  /** Drops what waits. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { item } of this.#waiting.splice(0)) this.#options.onDropped(item.key);
  }

  #plan(afterMs: number): void {
    if (this.#timer !== undefined || this.#isAsking || this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#askNext();
    }, afterMs);
  }

  async #askNext(): Promise<void> {
    const { isIdle, enter, onAsked, onDropped } = this.#options;
    const oldest = performance.now() - LONGEST_WAIT_MS;
    while (this.#waiting[0] !== undefined && this.#waiting[0].since < oldest)
      onDropped(this.#waiting.shift()!.item.key);
    if (!isIdle()) {
      this.#plan(LOOK_EVERY_MS);
      return;
    }
    const next = this.#waiting.shift()?.item;
    if (next === undefined) return;
    const { models, leave } = enter();
    this.#isAsking = true;
    try {
      if (models.get(next.key)?.runner !== next.runner) onDropped(next.key);
      else {
        onAsked(next.key);
        // What becomes of it is recorded there; here it must not end anything.
        await next.ask().catch(() => {});
      }
    } finally {
      leave();
      this.#isAsking = false;
      this.#plan(0);
    }
  }
}
