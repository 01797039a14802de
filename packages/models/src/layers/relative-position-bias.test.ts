import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { distanceBucket } from "./relative-position-bias.ts";

// T5's own buckets of the distances from −200 to 200 (test/parity/fixtures/make-encoder-decoder-fixtures.py).
const file = new URL("../../../../test/parity/fixtures/encoder-decoders/buckets.json", import.meta.url);
const rows = JSON.parse(readFileSync(file, "utf8")) as readonly {
  readonly buckets: number;
  readonly farthest: number;
  readonly isBidirectional: boolean;
  readonly of: readonly number[];
}[];

test.each(rows)("buckets of $buckets up to $farthest, both ways $isBidirectional", ({ of, ...options }) => {
  expect(of.map((_, i) => distanceBucket(i - 200, options))).toEqual(of);
});

test.each(rows)("no distance beyond $farthest has a bucket of its own", ({ of: _, ...options }) => {
  const { farthest } = options;
  for (const beyond of [farthest, farthest + 1, 10 * farthest, 1_000_000]) {
    expect(distanceBucket(beyond, options)).toBe(distanceBucket(farthest, options));
    expect(distanceBucket(-beyond, options)).toBe(distanceBucket(-farthest, options));
  }
});
