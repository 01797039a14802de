import { createHash } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";

/** An item under which a worker died when it ran alone. */
export class ItemEndedWorker extends Error {
  override readonly name = "ItemEndedWorker";
}

export interface QuarantineOptions {
  /** How long an item is refused. */
  readonly milliseconds: number;
  readonly now: () => number;
}

/** More are not remembered; the oldest is forgotten first. */
const MOST_ITEMS = 10_000;

/** Items that ended a worker, by their digest: what was in them is not kept. */
export class Quarantine<Item> {
  readonly #options: QuarantineOptions;
  /** Until when, in milliseconds, the soonest first. */
  readonly #until = new Map<string, number>();

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  /** Items that are refused. */
  get size(): number {
    return this.#until.size;
  }

  /** @returns What the request is answered with. */
  add(model: string, item: Item, index: number): ModelwrightError {
    const { milliseconds, now } = this.#options;
    const digest = digestOf(model, item);
    this.#until.delete(digest);
    this.#until.set(digest, now() + milliseconds);
    if (this.#until.size > MOST_ITEMS) this.#until.delete(this.#until.keys().next().value!);
    return refusal(index, milliseconds);
  }

  /** @throws {ModelwrightError} `SERVER_ITEM_QUARANTINED` for the first item that is refused. */
  require(model: string, items: readonly Item[]): void {
    // Nearly always: nothing has to be hashed.
    if (this.#until.size === 0) return;
    const now = this.#options.now();
    for (const [digest, until] of this.#until) {
      if (until > now) break;
      this.#until.delete(digest);
    }
    if (this.#until.size === 0) return;
    for (const [index, item] of items.entries()) {
      const until = this.#until.get(digestOf(model, item));
      if (until !== undefined) throw refusal(index, until - now);
    }
  }
}

function refusal(index: number, milliseconds: number): ModelwrightError {
  return new ModelwrightError("SERVER_ITEM_QUARANTINED", { index, seconds: Math.ceil(milliseconds / 1000) });
}

function digestOf(model: string, item: unknown): string {
  return createHash("sha256").update(model).update("\n").update(JSON.stringify(item)).digest("base64");
}
