import { describe, expect, test } from "vitest";
import { armAt, isCompared, isShadowed, placeOf, unitOf } from "./arms.ts";

const SUBJECTS = Array.from({ length: 100_000 }, (_, i) => `subject user-${i}`);
const [one, other] = [{ id: "0123456789ab" }, { id: "ba9876543210" }];
const canary = (percent: number) => ({ kind: "canary", percent }) as const;

/** Chi-square of counts against what they should be. */
function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
}

describe("the division of 100,000 subjects", () => {
  const places = SUBJECTS.map((subject) => placeOf(one, subject));

  test.each([1, 5, 10, 25, 50, 90])("gives the challenger %i of a hundred", (percent) => {
    const counts = [0, 0];
    for (const place of places) counts[armAt(canary(percent), place) === "challenger" ? 0 : 1]!++;
    const expected = [percent, 100 - percent].map((share) => (share / 100) * SUBJECTS.length);
    // Chance of one in a thousand, one degree of freedom.
    expect(chiSquare(counts, expected)).toBeLessThan(10.83);
  });

  test("is even in every part, though subjects are numbered", () => {
    const counts = new Array(100).fill(0);
    for (const place of places) counts[Math.floor(place * 100)]++;
    // Chance of one in a thousand, 99 degrees of freedom.
    expect(chiSquare(counts, new Array(100).fill(SUBJECTS.length / 100))).toBeLessThan(148.23);
  });

  test("has nothing to do with that of another policy", () => {
    const counts = [0, 0, 0, 0];
    for (const [i, subject] of SUBJECTS.entries()) {
      counts[(places[i]! < 0.5 ? 0 : 2) + (placeOf(other, subject) < 0.5 ? 0 : 1)]!++;
    }
    // Chance of one in a thousand, three degrees of freedom.
    expect(chiSquare(counts, new Array(4).fill(SUBJECTS.length / 4))).toBeLessThan(16.27);
  });

  test("only ever moves subjects to the challenger as its share grows, and into the comparison", () => {
    const ramp = [1, 5, 10, 25, 50];
    for (const place of places.slice(0, 20_000)) {
      const arms = ramp.map((percent) => armAt(canary(percent), place));
      expect(arms).toEqual(arms.toSorted().toReversed());
      const compared = ramp.map((percent) => isCompared(canary(percent), place));
      expect(compared).toEqual(compared.toSorted());
      expect(compared[0]! || armAt(canary(1), place) === "champion").toBe(true);
    }
  });

  test.each([1, 25, 50, 75])("compares as many of both arms of a canary of %i of a hundred", (percent) => {
    const counts = { champion: 0, challenger: 0 };
    for (const place of places) if (isCompared(canary(percent), place)) counts[armAt(canary(percent), place)]++;
    const share = Math.min(percent, 100 - percent) / 100;
    const [least, most] = [-1, 1].map(
      (side) => share * SUBJECTS.length + side * 4 * Math.sqrt(share * SUBJECTS.length),
    );
    for (const count of Object.values(counts)) expect(count > least! && count < most!).toBe(true);
  });
});

test("a subject stands where sha256sum of the coreutils says", () => {
  // The first 48 bits of: printf '0123456789ab\0subject 用户' | sha256sum
  expect(placeOf(one, "subject 用户")).toBe(0xc7afd4e27ea1 / 2 ** 48);
});

test("a shadow answers nobody, and is asked by its share", () => {
  for (const place of [0, 0.099, 0.1, 0.999]) {
    expect(armAt({ kind: "shadow", percent: 10 }, place)).toBe("champion");
    expect(isShadowed({ kind: "shadow", percent: 10 }, place)).toBe(place < 0.1);
    expect(isShadowed({ kind: "canary", percent: 10 }, place)).toBe(false);
    expect(isCompared({ kind: "shadow", percent: 10 }, place)).toBe(place < 0.1);
    expect(isCompared({ kind: "split", percent: 10 }, place)).toBe(true);
  }
});

test("a unit is a subject or a client where one is named, otherwise a request; none is taken for another", () => {
  const requester = { subject: "7", client: "7", request: "7" };
  expect(unitOf({ unit: "subject" }, requester)).toBe("subject 7");
  expect(unitOf({ unit: "client" }, requester)).toBe("client 7");
  expect(unitOf({ unit: "subject" }, { request: "7", client: "7" })).toBe("request 7");
  expect(unitOf({ unit: "client" }, { request: "7", subject: "7" })).toBe("request 7");
});
