import { setImmediate as settled } from "node:timers/promises";
import type { Clock } from "../batching/clock.ts";

interface Event {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** Time that passes only while it is told to run, from event to event. */
export class VirtualClock implements Clock {
  #now = 0;
  #events: Event[] = [];
  #order = 0;

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const event = { at: this.#now + ms, order: this.#order++, action };
    const place = this.#events.findIndex(({ at }) => at > event.at);
    this.#events.splice(place === -1 ? this.#events.length : place, 0, event);
    return () => {
      this.#events = this.#events.filter((other) => other !== event);
    };
  }

  soon(action: () => void): void {
    this.after(0, action);
  }

  /** Resolves when so many milliseconds have passed. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets everything happen until nothing is left to happen, or the time is reached. */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    await settled();
    for (let next = this.#events[0]; next !== undefined && next.at <= until; next = this.#events[0]) {
      this.#events.shift();
      this.#now = next.at;
      next.action();
      // What promises set off belongs to the same moment.
      await settled();
    }
    if (Number.isFinite(until)) this.#now = until;
  }
}
