import { TokenBucket } from "./token-bucket.ts";

/** A bucket for each of many; of more than `limit` the one that was asked for longest ago is forgotten, and begins full again. */
export class Buckets {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor({ limit, now }: { readonly limit: number; readonly now: () => number }) {
    this.#limit = limit;
    this.#now = now;
  }

  /** @returns Whole seconds until there will be enough, at least 1; 0 when it was taken. */
  take(name: string, { cost, perMinute }: { readonly cost: number; readonly perMinute: number }): number {
    const known = this.#buckets.get(name);
    const bucket = known?.perMinute === perMinute ? known : new TokenBucket(perMinute, this.#now());
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > this.#limit) this.#buckets.delete(this.#buckets.keys().next().value!);
    return Math.ceil(bucket.take(cost, this.#now()) / 1000);
  }
}
