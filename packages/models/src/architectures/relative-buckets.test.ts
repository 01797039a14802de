import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { logBucket } from "./deberta.ts";
import { relativeBucket } from "./mpnet.ts";

/** What transformers makes of distances (test/parity/fixtures/make-encoder-fixtures.py). */
const expected: Readonly<Record<"distances" | "mpnet" | "deberta", readonly number[]>> = JSON.parse(
  readFileSync(new URL("../../fixtures/encoders/buckets.json", import.meta.url), "utf8"),
);

test("distances fall into MPNet's kinds", () => {
  expect(expected.distances.map(relativeBucket)).toEqual(expected.mpnet);
});

test("distances fall into the 256 buckets of DeBERTa-v3", () => {
  // 511 is the greatest distance of 512 positions.
  const within = expected.distances.flatMap((distance, i) =>
    Math.abs(distance) < 512 ? [[distance, i] as const] : [],
  );
  expect(within.map(([distance]) => logBucket(distance, 256, 512))).toEqual(within.map(([, i]) => expected.deberta[i]));
});
