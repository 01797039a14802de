import { RandomSource } from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { guardrailVerdict, judgeGuardrails } from "./guardrails.ts";
import { momentsOfShare } from "./moments.ts";

describe("what bounds say of a challenger", () => {
  const margin = 0.01;
  test.each([
    [0.001, 0.02, "better"],
    [-0.03, -0.011, "worse"],
    // Below the champion, but not by the margin.
    [-0.009, -0.001, "no worse"],
    [-0.005, 0.02, "no worse"],
    [-0.02, -0.005, "inconclusive"],
    [-0.02, 0.02, "inconclusive"],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, "inconclusive"],
  ] as const)("[%f, %f] of what should be high is %s, and of what should be low its mirror", (low, high, verdict) => {
    expect(guardrailVerdict({ low, high }, { better: "higher", margin })).toBe(verdict);
    expect(guardrailVerdict({ low: -high, high: -low }, { better: "lower", margin })).toBe(verdict);
  });
});

const errors = (champion: number, challenger: number, units: number) =>
  ({
    name: "errors",
    better: "lower",
    margin: 0.01,
    champion: momentsOfShare(Math.round(champion * units), units),
    challenger: momentsOfShare(Math.round(challenger * units), units),
  }) as const;

test("verdicts come with the units, and with how many are needed", () => {
  const [few] = judgeGuardrails([errors(0.02, 0.02, 100)]);
  expect(few).toMatchObject({ verdict: "inconclusive", difference: { units: 200 } });
  expect(few).not.toHaveProperty("unitsToTell");
  const [some] = judgeGuardrails([errors(0.02, 0.02, 1000)]);
  expect(some!.verdict).toBe("inconclusive");
  const needed = some!.unitsToTell!;
  expect(judgeGuardrails([errors(0.02, 0.02, Math.ceil(0.9 * (needed / 2)))])[0]!.verdict).toBe("inconclusive");
  expect(judgeGuardrails([errors(0.02, 0.02, Math.ceil(1.1 * (needed / 2)))])[0]!.verdict).toBe("no worse");
  expect(judgeGuardrails([errors(0.02, 0.06, 4000)])[0]!.verdict).toBe("worse");
  expect(judgeGuardrails([errors(0.06, 0.02, 4000)])[0]!.verdict).toBe("better");
});

test("more guardrails are each judged more carefully", () => {
  const one = errors(0.02, 0.035, 6000);
  const width = (all: readonly (typeof one)[]) => {
    const { low, high } = judgeGuardrails(all)[0]!.difference;
    return high - low;
  };
  expect(width([one, one, one])).toBeGreaterThan(width([one]));
  expect(judgeGuardrails([])).toEqual([]);
});

test("of challengers that are as good no more than alpha are ever called worse, by any of three", () => {
  const [streams, alpha] = [200, 0.2];
  let rolledBack = 0;
  for (let stream = 0; stream < streams; stream++) {
    const random = RandomSource.fromSeed(17).stream("guardrails", stream);
    const hits = [0, 0, 0, 0, 0, 0];
    for (let units = 20; units <= 3000; units += 20) {
      for (let i = 0; i < 20; i++) for (let at = 0; at < 6; at++) if (random.uint32() < 0.1 * 2 ** 32) hits[at]!++;
      const judged = judgeGuardrails(
        [0, 2, 4].map((at) => ({
          ...({ name: `${at}`, better: "lower", margin: 0 } as const),
          champion: momentsOfShare(hits[at]!, units),
          challenger: momentsOfShare(hits[at + 1]!, units),
        })),
        { alpha },
      );
      if (!judged.some(({ verdict }) => verdict === "worse")) continue;
      rolledBack++;
      break;
    }
  }
  expect(rolledBack / streams).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / streams));
  expect(rolledBack).toBeGreaterThan(1);
});

test("a margin below 0 is refused", () => {
  expect(() => judgeGuardrails([{ ...errors(0, 0, 1), margin: -1 }])).toThrow("margin of errors");
});
