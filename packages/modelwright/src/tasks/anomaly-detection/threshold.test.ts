import type { AnomalyStatus } from "@modelwright/data";
import { describe, expect, test } from "vitest";
import { chooseThreshold } from "./threshold.ts";

/** Rows from the oddest to the most usual: a for an anomaly, o for an ordinary row, ? where nothing is known. */
function rowsOf(order: string) {
  const words: Record<string, AnomalyStatus> = { a: "anomaly", o: "ordinary", "?": "unknown" };
  return {
    oddness: Float64Array.from(order, (_, i) => order.length - i),
    statuses: [...order].map((letter) => words[letter]!),
  };
}
const asked = { by: "auto", share: 0.01, precision: 0.9 } as const;
/** Rows that a threshold flags. */
const flagged = (order: string, how: Parameters<typeof chooseThreshold>[1]) => {
  const { threshold } = chooseThreshold(rowsOf(order), how);
  return { count: [...order].filter((_, i) => order.length - i > threshold.oddness).length, threshold };
};

describe("a threshold", () => {
  test("by share is −ln of it, and says what is flagged", () => {
    const { threshold, warnings } = chooseThreshold(rowsOf("aooo"), { ...asked, share: Math.exp(-3.5) });
    expect(threshold).toEqual({
      by: "share",
      oddness: 3.5,
      share: 0.25,
      known: { rows: 1, precision: 1, recall: 1 },
    });
    expect(warnings).toEqual([]);
  });

  test("by F1 lies where it is largest, between two rows; of equal places the one that flags less", () => {
    // F1 of 2, 4 and 5 rows: 2·2/(2 + 3), 2·3/(4 + 3), 2·3/(5 + 3).
    expect(flagged("aaoaoo", { ...asked, by: "f1" })).toMatchObject({
      count: 4,
      threshold: { by: "f1", oddness: 2.5 },
    });
    expect(flagged("aoa", { ...asked, by: "f1" }).count).toBe(3);
    // Rows of which nothing is known decide nothing.
    expect(flagged("?a?oo", { ...asked, by: "f1" })).toMatchObject({ count: 2, threshold: { share: 2 / 5 } });
  });

  test("by precision flags as many as it holds for, and tells where it never does", () => {
    expect(flagged("aaoaaoooo", { ...asked, by: "precision", precision: 0.75 }).count).toBe(5);
    const { threshold, warnings } = chooseThreshold(rowsOf("oaao"), { ...asked, by: "precision" });
    expect(threshold).toMatchObject({ by: "precision", known: { precision: 2 / 3, recall: 1 } });
    expect(warnings).toEqual([
      "no threshold reaches a precision of 0.9 on the training and validation rows; the best, 0.667, was taken",
    ]);
  });

  test("by itself is told from ten known anomalies, and is a share where there are fewer", () => {
    expect(chooseThreshold(rowsOf("a".repeat(10) + "o".repeat(90)), asked).threshold).toMatchObject({ by: "f1" });
    expect(chooseThreshold(rowsOf("a".repeat(9) + "o".repeat(90)), asked).threshold).toMatchObject({ by: "share" });
  });

  test("without a known anomaly is a share, and says so where another was asked for", () => {
    const { threshold, warnings } = chooseThreshold(rowsOf("ooo?"), { ...asked, by: "f1" });
    expect(threshold).toEqual({ by: "share", oddness: -Math.log(0.01), share: 0 });
    expect(warnings).toEqual([
      "no known anomaly among the training and validation rows: the threshold is that of model.threshold.share, 0.01",
    ]);
  });

  test("treats rows of equal oddness alike", () => {
    const rows = {
      oddness: Float64Array.of(3, 2, 2, 1),
      statuses: ["anomaly", "anomaly", "ordinary", "ordinary"],
    } as const;
    const { threshold } = chooseThreshold(rows, { ...asked, by: "f1" });
    expect([1.5, 2.5]).toContain(threshold.oddness);
  });
});
