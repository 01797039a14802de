import type { Measure, SpanMetric } from "@modelwright/contracts";
import { html, type PageSection, section } from "@modelwright/pages";
import { measureOutcome } from "../../families/measure-outcome.ts";
import { spanFamily } from "../../families/spans.ts";
import { labelMetricKey } from "../../metrics/label-metrics.ts";
import { keyOf, type LabelledSpan, type SpanOutcome } from "../../metrics/span-outcome.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { formatCount, formatInterval, formatPercent, formatValue } from "../number-format.ts";
import { type LabelRow, labelSection } from "../sections/label-table.ts";
import { worstRows } from "../sections/worst-rows.ts";
import { spanLabelRows } from "./span-rows.ts";

/**
 * What a report shows of a model that marks spans: metrics of each label, and the texts with most mistakes.
 *
 * @param options.rows The test rows, in the order of the outcome; a row that is missing has no text.
 * @param options.measures As `intervals` gives them for the outcome.
 * @throws {ModelwrightError} As `spanFamily.prepare`.
 */
export function spanBody(options: {
  readonly outcome: SpanOutcome;
  readonly rows: readonly EvaluatedRow[];
  readonly measures: Readonly<Record<string, Measure>>;
}): ReportBody {
  const { outcome, rows, measures } = options;
  const { recallMicro, precisionMicro, exactTexts } = measureOutcome(spanFamily, outcome);
  const spans = formatCount(outcome.rows.reduce((sum, { actual }) => sum + actual.length, 0));
  const texts = formatCount(outcome.rows.length);
  return {
    found: `found ${formatPercent(recallMicro!)} of the ${spans} spans in ${texts} test rows that it had not seen; ${formatPercent(precisionMicro!)} of the spans it marked are right, and ${formatPercent(exactTexts!)} of the rows are marked exactly.`,
    tiles: ["f1Micro", "precisionMicro", "recallMicro"] satisfies SpanMetric[],
    sections: [labelSection(["Precision", "Recall", "F1"], labelRows(outcome, measures)), worstSection(outcome, rows)],
  };
}

function labelRows(outcome: SpanOutcome, measures: Readonly<Record<string, Measure>>): LabelRow[] {
  return spanLabelRows(outcome).map(({ label, support, precision, recall, f1 }) => {
    const interval = measures[labelMetricKey("f1", label)];
    const cells = [
      formatValue(precision),
      formatValue(recall),
      html`${formatValue(f1)} <span class="interval">${interval && formatInterval(interval)}</span>`,
    ];
    return { label, support, f1, cells };
  });
}

const MOST_ROWS = 20;

/** The rows in which most spans are missed or wrong. */
function worstSection({ rows: spanRows }: SpanOutcome, rows: readonly EvaluatedRow[]): PageSection {
  const mistakes = spanRows.map(({ actual, predicted }, row) => {
    const [known, found] = [new Set(actual.map(keyOf)), new Set(predicted.map(keyOf))];
    const missed = actual.filter((span) => !found.has(keyOf(span)));
    const wrong = predicted.filter((span) => !known.has(keyOf(span)));
    return { row, missed, wrong };
  });
  const worst = mistakes
    .filter(({ missed, wrong }) => missed.length + wrong.length > 0)
    .sort((a, b) => b.missed.length + b.wrong.length - (a.missed.length + a.wrong.length))
    .slice(0, MOST_ROWS);
  if (worst.length === 0) return section("Worst mistakes", html`<p>Every row was marked exactly as it should be.</p>`);
  const shown = (row: number, spans: readonly LabelledSpan[]) =>
    spans.map(({ start, end, label }) => `${rows[row]?.text.slice(start, end) ?? ""} (${label})`).join(", ");
  const items = worst.map(({ row, missed, wrong }) => ({
    row,
    facts: [
      ...(missed.length === 0 ? [] : [{ name: "missed", value: shown(row, missed) }]),
      ...(wrong.length === 0 ? [] : [{ name: "marked wrongly", value: shown(row, wrong) }]),
    ],
  }));
  return section(
    "Worst mistakes",
    html`<p>The rows with most spans missed or marked wrongly. Read them: some may be wrong in the data rather than in the model.</p>`,
    worstRows(rows, items),
  );
}
