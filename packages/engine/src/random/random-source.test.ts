import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomSource } from "./random-source.ts";

/** xoshiro128** written independently, with BigInt arithmetic, from the authors' description. */
function* xoshiro(state: [bigint, bigint, bigint, bigint]): Generator<number> {
  const mask = 0xffffffffn;
  const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  for (;;) {
    yield Number((rotl((state[1] * 5n) & mask, 7n) * 9n) & mask);
    const t = (state[1] << 9n) & mask;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotl(state[3], 11n);
  }
}

function seedState(seed: number): [bigint, bigint, bigint, bigint] {
  const mask = 0xffffffffn;
  let state = BigInt(seed);
  const next = () => {
    state = (state + 0x9e3779b9n) & mask;
    let x = state;
    x = ((x ^ (x >> 16n)) * 0x85ebca6bn) & mask;
    x = ((x ^ (x >> 13n)) * 0xc2b2ae35n) & mask;
    return x ^ (x >> 16n);
  };
  return [next(), next(), next(), next()];
}

describe("RandomSource", () => {
  test("is xoshiro128**", () => {
    const random = RandomSource.fromSeed(42);
    const expected = xoshiro(seedState(42));
    for (let i = 0; i < 1000; i++) expect(random.uint32()).toBe(expected.next().value);
  });

  test("a stream does not depend on what was drawn before", () => {
    const used = RandomSource.fromSeed(7);
    for (let i = 0; i < 10; i++) used.uint32();
    expect(used.stream("dropout", 12).uint32()).toBe(RandomSource.fromSeed(7).stream("dropout", 12).uint32());
  });

  test("streams of different names and seeds differ", () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      for (let step = 0; step < 50; step++) firsts.add(RandomSource.fromSeed(seed).stream("a", step).uint32());
    }
    expect(firsts.size).toBeGreaterThan(2495);
  });

  test("uniform and normal have the moments of their laws", () => {
    const random = RandomSource.fromSeed(1);
    const n = 200_000;
    let [u1, u2, z1, z2, z4] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      const z = random.normal();
      u1 += u / n;
      u2 += (u * u) / n;
      z1 += z / n;
      z2 += (z * z) / n;
      z4 += z ** 4 / n;
    }
    expect(u1).toBeCloseTo(1 / 2, 2);
    expect(u2).toBeCloseTo(1 / 3, 2);
    expect(Math.abs(z1)).toBeLessThan(0.01);
    expect(Math.abs(z2 - 1)).toBeLessThan(0.02);
    expect(Math.abs(z4 - 3)).toBeLessThan(0.15);
  });

  test("integer stays below its bound and shuffle keeps every item", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, bound) => {
        const random = RandomSource.fromSeed(seed);
        expect(random.integer(bound)).toBeLessThan(bound);
        const items = random.shuffle(Array.from({ length: bound }, (_, i) => i));
        expect(items.toSorted((a, b) => a - b)).toEqual(Array.from({ length: bound }, (_, i) => i));
      }),
    );
  });

  test("a keep mask drops its share of 1/256ths", () => {
    const mask = new Uint8Array(100_003);
    RandomSource.fromSeed(3).fillKeepMask(mask, 26);
    const dropped = mask.reduce((count, keep) => count + (1 - keep), 0) / mask.length;
    expect(Math.abs(dropped - 26 / 256)).toBeLessThan(0.003);
    expect(mask.every((keep) => keep <= 1)).toBe(true);
    mask.fill(9);
    RandomSource.fromSeed(3).fillKeepMask(mask, 0);
    expect(mask.every((keep) => keep === 1)).toBe(true);
  });
});
