import { RandomSource } from "@modelwright/engine";
import { expect, test } from "vitest";
import { sampleRatio } from "./sample-ratio.ts";

test("the chance is the reciprocal of a ratio that can be written down", () => {
  // One arm of 2 with 1 unit: α = 500 each, so (500 / 1000) / 0.5 = 1; with 2 units 500·501 / (1000·1001) / 0.25.
  expect(sampleRatio([1, 0], [1, 1]).chance).toBeCloseTo(1, 10);
  expect(sampleRatio([2, 0], [1, 1]).chance).toBeCloseTo((0.25 * 1000 * 1001) / (500 * 501), 9);
});

test("finds lost units, and says what was expected", () => {
  expect(sampleRatio([5000, 5000], [50, 50])).toEqual({ verdict: "as meant", chance: 1, expected: [5000, 5000] });
  // 2 % of the challenger's answers are lost.
  expect(sampleRatio([50_000, 49_000], [1, 1]).verdict).toBe("as meant");
  expect(sampleRatio([200_000, 196_000], [1, 1]).verdict).toBe("mismatch");
  expect(sampleRatio([9000, 1300], [90, 10]).verdict).toBe("mismatch");
  expect(sampleRatio([900, 50, 52], [18, 1, 1]).verdict).toBe("as meant");
});

test.each([[[1, 1]], [[99, 1]], [[8, 1, 1]]])(
  "a router that does as meant by %j is rarely called wrong, at any unit",
  (weights) => {
    const [streams, alpha, units] = [120, 0.05, 600];
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    let alarms = 0;
    for (let stream = 0; stream < streams; stream++) {
      const random = RandomSource.fromSeed(13).stream("ratio", stream);
      const counts = weights.map(() => 0);
      for (let unit = 0; unit < units; unit++) {
        let [arm, left] = [0, random.uniform() * whole];
        while (left >= weights[arm]!) left -= weights[arm++]!;
        counts[arm]!++;
        if (sampleRatio(counts, weights, { alpha }).verdict === "as meant") continue;
        alarms++;
        break;
      }
    }
    expect(alarms / streams).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / streams));
  },
);

test("refuses what is no count or weight", () => {
  expect(() => sampleRatio([1, 2], [1])).toThrow("weights of arms");
  expect(() => sampleRatio([1, 2.5], [1, 1])).toThrow("counts of arms[1]");
  expect(() => sampleRatio([1, 2], [1, 0])).toThrow("weights of arms[1]");
});
