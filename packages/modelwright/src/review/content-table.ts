/** Contents of which something is remembered; those that come when it is full are not. 2²¹ of them take 64 MiB. */
const MOST_CONTENTS = 2 ** 21;
const FIRST_SLOTS = 2 ** 12;
const EMPTY = -1;

/** What was said of a content last, and what else before; both numbers of the caller's, not negative. */
export interface Remembered {
  readonly last: number;
  /** Undefined where nothing else was said. */
  readonly other: number | undefined;
}

/**
 * What was said of each content, in 16 bytes a slot: a hash table with linear probing, since a `Map` takes six times as
 * much.
 */
export class ContentTable {
  readonly #most: number;
  #keys = new Float64Array(FIRST_SLOTS).fill(EMPTY);
  #last = new Float32Array(FIRST_SLOTS);
  #other = new Float32Array(FIRST_SLOTS).fill(Number.NaN);
  #size = 0;

  constructor(most = MOST_CONTENTS) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  get(key: number): Remembered | undefined {
    const slot = this.#slotOf(key);
    if (this.#keys[slot] === EMPTY) return undefined;
    const other = this.#other[slot]!;
    return { last: this.#last[slot]!, other: Number.isNaN(other) ? undefined : other };
  }

  /**
   * Remembers what is said of a content; what was said before and differs stays as the other.
   *
   * @returns What is remembered now, of `said` alone where there is no room.
   */
  put(key: number, said: number): Remembered {
    const slot = this.#slotOf(key);
    const rounded = Math.fround(said);
    if (this.#keys[slot] === EMPTY) {
      if (this.#size === this.#most) return { last: rounded, other: undefined };
      this.#keys[slot] = key;
      this.#last[slot] = rounded;
      this.#size++;
      if (this.#size * 2 > this.#keys.length) this.#grow();
      return { last: rounded, other: undefined };
    }
    if (this.#last[slot] !== rounded) {
      this.#other[slot] = this.#last[slot]!;
      this.#last[slot] = rounded;
    }
    return this.get(key)!;
  }

  /** The slot of a key, or the one where it would stand. */
  #slotOf(key: number): number {
    const mask = this.#keys.length - 1;
    // Keys are digests: their low bits are drawn well enough.
    for (let slot = (key % 2 ** 32) & mask; ; slot = (slot + 1) & mask) {
      if (this.#keys[slot] === EMPTY || this.#keys[slot] === key) return slot;
    }
  }

  #grow(): void {
    const [keys, last, other] = [this.#keys, this.#last, this.#other];
    this.#keys = new Float64Array(2 * keys.length).fill(EMPTY);
    this.#last = new Float32Array(2 * keys.length);
    this.#other = new Float32Array(2 * keys.length).fill(Number.NaN);
    for (const [from, key] of keys.entries()) {
      if (key === EMPTY) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#last[slot] = last[from]!;
      this.#other[slot] = other[from]!;
    }
  }
}
