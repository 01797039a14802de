import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import { intervals } from "../intervals/intervals.ts";
import type { SpanOutcome } from "../metrics/span-outcome.ts";
import { taggedSpans } from "../metrics/spans.ts";
import { measureOutcome } from "./measure-outcome.ts";
import { spanFamily } from "./spans.ts";

type Scores = Readonly<Record<"precision" | "recall" | "f1-score", number>>;
interface Expected {
  readonly micro: Scores;
  readonly macro: Scores;
  readonly byLabel: Readonly<Record<string, Scores>>;
}
interface Case {
  readonly actual: readonly (readonly string[])[];
  readonly predicted: readonly (readonly string[])[];
  readonly expected: Expected;
  readonly weights: readonly number[];
  readonly resampled: Expected;
}

/** Made by `fixtures/make-span-fixtures.py` with seqeval 1.2.2. */
const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/spans.json", import.meta.url), "utf8")) as {
  cases: Record<string, Case>;
};
const labels = ["LOC", "ORG", "PER"];
const spansOf = (tags: readonly string[]) => taggedSpans(tags).map(({ type, ...place }) => ({ ...place, label: type }));

function outcomeOf({ actual, predicted }: Pick<Case, "actual" | "predicted">): SpanOutcome {
  return {
    labels,
    rows: actual.map((tags, row) => ({ actual: spansOf(tags), predicted: spansOf(predicted[row]!) })),
  };
}

function expectClose(measured: Record<string, number>, { micro, macro, byLabel }: Expected): void {
  expect(measured["precisionMicro"]).toBeCloseTo(micro.precision, 12);
  expect(measured["recallMicro"]).toBeCloseTo(micro.recall, 12);
  expect(measured["f1Micro"]).toBeCloseTo(micro["f1-score"], 12);
  expect(measured["f1Macro"]).toBeCloseTo(macro["f1-score"], 12);
  for (const label of labels) {
    const own = byLabel[label];
    expect(measured[`precision:${label}`] === undefined).toBe(own === undefined);
    if (own === undefined) continue;
    expect(measured[`precision:${label}`]).toBeCloseTo(own.precision, 12);
    expect(measured[`recall:${label}`]).toBeCloseTo(own.recall, 12);
    expect(measured[`f1:${label}`]).toBeCloseTo(own["f1-score"], 12);
  }
}

describe.each(Object.entries(cases))("of %s", (_, given) => {
  test("measures are those of seqeval", () => {
    expectClose(measureOutcome(spanFamily, outcomeOf(given)), given.expected);
  });

  test("measures of a resample are those of its rows repeated", () => {
    expectClose(measureOutcome(spanFamily, outcomeOf(given), Float64Array.from(given.weights)), given.resampled);
  });

  test("intervals hold the value, and nothing differs from itself", () => {
    const outcome = outcomeOf(given);
    const { value, low, high } = intervals(spanFamily, outcome, { resamples: 200, seed: 1 })["f1Micro"] as {
      value: number;
      low: number;
      high: number;
    };
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    const same = compareOutcomes(spanFamily, outcome, outcome, { resamples: 100, seed: 1 });
    expect(same.find(({ metric }) => metric === "f1Micro")).toMatchObject({ difference: { value: 0 } });
  });
});

const row = (text: string) => ({ actual: spansOf(text.split(" ")), predicted: [] });

test("a model that marks nothing has precision, recall and F1 of 0, and rows without spans are exact", () => {
  const measured = measureOutcome(spanFamily, { labels, rows: [row("B-PER O"), row("O O")] });
  expect(measured).toMatchObject({ f1Micro: 0, precisionMicro: 0, recallMicro: 0, exactTexts: 0.5, "f1:PER": 0 });
  expect(measured).not.toHaveProperty("f1:LOC");
});

test("rows of weight 0 do not count", () => {
  const tag = fc.constantFrom("O", "B-PER", "I-PER", "B-LOC");
  const tags = fc.array(tag, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(tags, tags), { minLength: 1, maxLength: 6 }), tags, (rows, other) => {
      const outcome = outcomeOf({ actual: rows.map(([a]) => a), predicted: rows.map(([, b]) => b) });
      const more = { labels, rows: [...outcome.rows, { actual: spansOf(other), predicted: [] }] };
      const weights = Float64Array.from(more.rows, (_, i) => (i < rows.length ? 1 : 0));
      expect(measureOutcome(spanFamily, more, weights)).toEqual(measureOutcome(spanFamily, outcome));
    }),
  );
});

test("outcomes over other rows are told apart", () => {
  const outcome: SpanOutcome = { labels, rows: [row("B-PER O")] };
  const mismatch = (rows: SpanOutcome["rows"], of = labels) => spanFamily.mismatch(outcome, { labels: of, rows });
  expect(mismatch([row("B-PER O")])).toBeUndefined();
  expect(mismatch([row("B-PER I-PER")])).toEqual({ what: "the actual spans differ", row: 0 });
  expect(mismatch([])).toEqual({ what: "1 rows against 0" });
  expect(mismatch([row("B-PER O")], ["PER"])).toBeDefined();
  expect(() => spanFamily.prepare({ labels, rows: [] })).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
});
