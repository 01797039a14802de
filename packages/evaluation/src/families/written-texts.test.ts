import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leadingWords, rougeWords } from "../metrics/rouge.ts";
import { measureOutcome } from "./measure-outcome.ts";
import { measureWrittenText, writtenTextFamily } from "./written-texts.ts";

// rouge-score and sacreBLEU (fixtures/make-written-text-fixtures.py).
interface Row {
  readonly target: string;
  readonly written: string;
  readonly rouge1: number;
  readonly rouge2: number;
  readonly rougeL: number;
  readonly chrf: number;
}
const file = new URL("../../fixtures/written-texts.json", import.meta.url);
const { rows, parts } = JSON.parse(readFileSync(file, "utf8")) as {
  readonly rows: readonly Row[];
  readonly parts: readonly { readonly rows: readonly number[]; readonly chrf: number }[];
};

test.each(rows)('"$written" for "$target" is scored as rouge-score and sacreBLEU do', (row) => {
  const { exact, ...scores } = measureWrittenText(row);
  for (const [metric, value] of Object.entries(scores)) {
    expect(value, metric).toBeCloseTo(row[metric as keyof typeof scores], 10);
  }
  expect(exact).toBe(row.target === row.written ? 1 : 0);
});

test.each(parts)(
  "chrF of the rows $rows together is that of their counts, ROUGE the mean",
  ({ rows: chosen, chrf }) => {
    const outcome = { rows: chosen.map((row) => rows[row]!) };
    const measures = measureOutcome(writtenTextFamily, outcome);
    expect(measures.chrf).toBeCloseTo(chrf, 10);
    const mean = chosen.reduce((sum, row) => sum + rows[row]!.rougeL, 0) / chosen.length;
    expect(measures.rougeL).toBeCloseTo(mean, 10);
  },
);

describe("any texts", () => {
  const pair = fc.record({ target: fc.string({ unit: "grapheme" }), written: fc.string({ unit: "grapheme" }) });

  test("score from 0 to 1, and 1 where they are equal", () => {
    fc.assert(
      fc.property(pair, (row) => {
        for (const value of Object.values(measureWrittenText(row))) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const same = measureWrittenText({ target: row.target, written: row.target });
        expect(same.exact).toBe(1);
        if (rougeWords(row.target).length > 0) expect(same.rougeL).toBe(1);
      }),
    );
  });

  test("count as often as their weights say", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(pair, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 6 }),
        (weighted) => {
          const weights = Float64Array.from(weighted, ([, weight]) => weight);
          fc.pre(weights.some((weight) => weight > 0));
          const given = measureOutcome(writtenTextFamily, { rows: weighted.map(([row]) => row) }, weights);
          const repeated = { rows: weighted.flatMap(([row, weight]) => Array(weight).fill(row)) };
          const expected = measureOutcome(writtenTextFamily, repeated);
          for (const [metric, value] of Object.entries(expected)) expect(given[metric]).toBeCloseTo(value, 10);
        },
      ),
    );
  });
});

test.each([
  ["The transfer, of last week, has not arrived.", 4, "The transfer, of last"],
  ["two words", 5, "two words"],
  ["我的银行卡丢了。", 3, "我的银"],
  ["", 2, ""],
])("the beginning of %j with %i words", (text, count, expected) => {
  expect(leadingWords(text, count)).toBe(expected);
});

test("needs rows, and the same targets beside another outcome", () => {
  const of = (...targets: string[]) => ({ rows: targets.map((target) => ({ target, written: "a" })) });
  expect(() => writtenTextFamily.prepare(of())).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
  expect(writtenTextFamily.mismatch(of("a", "b"), of("a", "b"))).toBeUndefined();
  expect(writtenTextFamily.mismatch(of("a", "b"), of("a", "c"))).toEqual({ what: "the targets differ", row: 1 });
  expect(writtenTextFamily.mismatch(of("a"), of("a", "c"))).toEqual({ what: "1 rows against 2" });
});
