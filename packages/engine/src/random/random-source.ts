/**
 * A seeded stream of random numbers that is the same on every machine.
 *
 * The generator is xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021), seeded through
 * SplitMix32 as its authors advise. `stream(name)` gives an independent source that depends only on the seed and the name, never on how
 * many numbers were drawn before: whoever resumes a run at step 900 asks for the stream of step 900 and needs no saved state.
 */
export class RandomSource {
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  private constructor(seed: number) {
    this.#seed = seed >>> 0;
    let state = this.#seed;
    const next = () => {
      state = (state + 0x9e3779b9) >>> 0;
      return mix(state);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** @param seed Any integer; its low 32 bits count. */
  static fromSeed(seed: number): RandomSource {
    return new RandomSource(seed);
  }

  /** An independent source named by words and numbers, for example `stream("dropout", step)`. */
  stream(...path: readonly (string | number)[]): RandomSource {
    let hash = mix(this.#seed ^ 0x85ebca6b);
    for (const part of path) {
      const text = `${part}/`;
      // FNV-1a over UTF-16 code units, mixed with the seed.
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
      hash = mix(hash);
    }
    return new RandomSource(hash);
  }

  /** 32 uniform bits. */
  uint32(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotate(this.#d, 11);
    return result;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** Standard normal (Box & Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Adds independent normal numbers of the given standard deviation, both of each Box–Muller draw. */
  addNormals(values: Float32Array, deviation: number): void {
    for (let i = 0; i < values.length; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      values[i] = values[i]! + radius * Math.cos(angle);
      if (i + 1 < values.length) values[i + 1] = values[i + 1]! + radius * Math.sin(angle);
    }
  }

  /** A whole number in [0, bound), without modulo bias. */
  integer(bound: number): number {
    const limit = Math.floor(0x100000000 / bound) * bound;
    for (;;) {
      const value = this.uint32();
      if (value < limit) return value % bound;
    }
  }

  /** Shuffles in place (Fisher & Yates) and returns the same array. */
  shuffle<T extends { [index: number]: unknown; length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }

  /**
   * Fills a dropout mask: each byte becomes 0 with probability `dropped / 256`, otherwise 1.
   * One draw of 32 bits decides four bytes.
   */
  fillKeepMask(mask: Uint8Array, dropped: number): void {
    const whole = mask.length & ~3;
    for (let i = 0; i < whole; i += 4) {
      const bits = this.uint32();
      mask[i] = (bits & 255) < dropped ? 0 : 1;
      mask[i + 1] = ((bits >>> 8) & 255) < dropped ? 0 : 1;
      mask[i + 2] = ((bits >>> 16) & 255) < dropped ? 0 : 1;
      mask[i + 3] = bits >>> 24 < dropped ? 0 : 1;
    }
    for (let i = whole; i < mask.length; i++) mask[i] = (this.uint32() & 255) < dropped ? 0 : 1;
  }
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** The finaliser of MurmurHash3 (A. Appleby): every input bit reaches every output bit. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
