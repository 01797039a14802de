import { RandomSource } from "@modelwright/engine";
import { expect, test } from "vitest";
import { type SamplingOptions, sampleToken } from "./sample-token.ts";

/** Probabilities 0.5, 0.3, 0.15, 0.05, not in order. */
const PROBABILITIES = [0.15, 0.5, 0.05, 0.3];
const scores = Float32Array.from(PROBABILITIES, (p) => Math.log(p) + 7);
const DRAWS = 20_000;

function shares(options: SamplingOptions): number[] {
  const random = RandomSource.fromSeed(5);
  const counts = PROBABILITIES.map(() => 0);
  for (let i = 0; i < DRAWS; i++) counts[sampleToken(scores, { ...options, random })]!++;
  return counts.map((count) => count / DRAWS);
}

const normalised = (values: number[]) => values.map((value) => value / values.reduce((a, b) => a + b, 0));

test.each<[SamplingOptions, number[]]>([
  [{}, PROBABILITIES],
  [{ temperature: 0.5 }, normalised(PROBABILITIES.map((p) => p ** 2))],
  [{ temperature: 2 }, normalised(PROBABILITIES.map((p) => p ** 0.5))],
  [{ topK: 2 }, [0, 0.625, 0, 0.375]],
  [{ topK: 99 }, PROBABILITIES],
  [{ topP: 0.5 }, [0, 1, 0, 0]],
  [{ topP: 0.51 }, [0, 0.625, 0, 0.375]],
  [{ topP: 0.9 }, normalised([0.15, 0.5, 0, 0.3])],
  // Of the first two, which have 0.8 together, the first alone has 0.625.
  [{ topK: 2, topP: 0.6 }, [0, 1, 0, 0]],
  [{ temperature: 0 }, [0, 1, 0, 0]],
])("%j draws each token as often as it should", (options, expected) => {
  for (const [id, share] of shares(options).entries()) {
    // Four standard deviations of a share of 20,000 draws.
    expect(Math.abs(share - expected[id]!)).toBeLessThanOrEqual(
      4 * Math.sqrt((expected[id]! * (1 - expected[id]!)) / DRAWS),
    );
  }
});

test("what cannot be is never drawn", () => {
  const random = RandomSource.fromSeed(1);
  const impossible = Float32Array.of(0, Number.NEGATIVE_INFINITY, 0);
  for (let i = 0; i < 200; i++) expect(sampleToken(impossible, { random })).not.toBe(1);
});
