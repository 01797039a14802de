import { WRITTEN_TEXT_METRICS, type WrittenTextMetric } from "@modelwright/contracts";
import { CHRF_COUNTS, chrf, chrfCounts } from "../metrics/chrf.ts";
import { rougeL, rougeN, rougeWords } from "../metrics/rouge.ts";
import { checkWrittenTexts, type WrittenText, type WrittenTexts } from "../metrics/written-texts.ts";
import { type MetricFamily, metricNames, type PreparedOutcome, type UnitMismatch } from "./metric-family.ts";

const names = metricNames(WRITTEN_TEXT_METRICS);

/** What is measured of each row by itself; the mean over the rows counts. */
type RowMetric = Exclude<WrittenTextMetric, "chrf">;

/** The metrics of one row. */
export function measureWrittenText({ target, written }: WrittenText): Readonly<Record<WrittenTextMetric, number>> {
  return { chrf: chrf(chrfCounts(target, written)), ...measureRow({ target, written }) };
}

function measureRow({ target, written }: WrittenText): Readonly<Record<RowMetric, number>> {
  const [right, given] = [rougeWords(target), rougeWords(written)];
  return {
    rouge1: rougeN(right, given, 1),
    rouge2: rougeN(right, given, 2),
    rougeL: rougeL(right, given),
    exact: target === written ? 1 : 0,
  };
}

function prepare(outcome: WrittenTexts): PreparedOutcome {
  checkWrittenTexts(outcome);
  const { rows } = outcome;
  const measured = rows.map(measureRow);
  const counts = rows.map(({ target, written }) => chrfCounts(target, written));
  const measure = (weights: Float64Array, into: Float64Array) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const all = new Float64Array(CHRF_COUNTS);
    for (const [row, own] of counts.entries()) {
      for (let i = 0; i < CHRF_COUNTS; i++) all[i] = all[i]! + weights[row]! * own[i]!;
    }
    const mean = (metric: RowMetric) =>
      measured.reduce((sum, values, row) => sum + weights[row]! * values[metric], 0) / total;
    names.forEach((name, i) => {
      into[i] = name === "chrf" ? chrf(all) : mean(name);
    });
  };
  const whole = new Float64Array(names.length);
  measure(new Float64Array(rows.length).fill(1), whole);
  return { units: rows.length, keys: names, whole, measure };
}

function mismatch(a: WrittenTexts, b: WrittenTexts): UnitMismatch | undefined {
  if (a.rows.length !== b.rows.length) return { what: `${a.rows.length} rows against ${b.rows.length}` };
  const row = a.rows.findIndex(({ target }, i) => target !== b.rows[i]!.target);
  return row === -1 ? undefined : { what: "the targets differ", row };
}

/**
 * Models that write a text per row, of which the right one is known. chrF decides, since it counts characters, and so means the same in
 * languages with and without spaces between words.
 */
export const writtenTextFamily: MetricFamily<WrittenTexts, WrittenTextMetric> = {
  name: "written-texts",
  metrics: WRITTEN_TEXT_METRICS,
  deciding: "chrf",
  margin: 0.01,
  unit: "row",
  prepare,
  join: (outcomes) => ({ rows: outcomes.flatMap(({ rows }) => rows) }),
  answers: ({ rows }) => rows.map(({ target, written }) => ({ actual: target, predicted: written })),
  mismatch,
};
