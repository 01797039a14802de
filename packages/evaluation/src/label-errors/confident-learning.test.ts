import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { confidentJoint, labelQuality } from "./confident-learning.ts";

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly given: number[];
  readonly probabilities: number[];
  readonly confidentJoint: number[];
  readonly selfConfidence: number[];
  readonly normalisedMargin: number[];
  readonly issues: number[];
}

const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/label-errors.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

describe.each(cases)("labels as cleanlab sees them: $name", (expected) => {
  const quality = labelQuality(expected);

  test("the same rows are confident", () => {
    // cleanlab counts at least one row of each label as right.
    const joint = confidentJoint(expected).map((count, i) =>
      i % (expected.classes + 1) === 0 ? Math.max(1, count) : count,
    );
    expect([...joint]).toEqual(expected.confidentJoint);
  });

  test("the same scores", () => {
    for (const score of ["selfConfidence", "normalisedMargin"] as const) {
      for (const [row, value] of quality[score].entries()) expect(value).toBeCloseTo(expected[score][row]!, 9);
    }
  });

  test("nearly the same errors: it rounds the joint by rows of labels, which we do cell by cell", () => {
    const both = expected.issues.filter((issue, row) => issue === 1 && quality.isSuspicious[row] === 1).length;
    const either = expected.issues.filter((issue, row) => issue === 1 || quality.isSuspicious[row] === 1).length;
    expect(either).toBeGreaterThan(10);
    expect(both / either).toBeGreaterThan(0.9);
  });

  test("what is suggested is another label, the likeliest of them", () => {
    for (const [row, suggested] of quality.suggested.entries()) {
      expect(suggested).not.toBe(expected.given[row]);
      const own = expected.probabilities.slice(row * expected.classes, (row + 1) * expected.classes);
      own[expected.given[row]!] = -1;
      expect(own[suggested]).toBe(Math.max(...own));
    }
  });
});

test("a label that no row is given is suggested all the same, and divides by nothing", () => {
  const probabilities = [0.1, 0.2, 0.7, 0.8, 0.1, 0.1, 0.2, 0.7, 0.1];
  const { suggested, selfConfidence, isSuspicious } = labelQuality({ classes: 3, given: [0, 0, 1], probabilities });
  expect([...suggested]).toEqual([2, 1, 0]);
  expect([...selfConfidence]).toEqual([0.1, 0.8, 0.7]);
  expect([...isSuspicious]).toEqual([0, 0, 0]);
});
