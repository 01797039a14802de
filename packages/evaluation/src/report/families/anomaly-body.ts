import type { Measure } from "@modelwright/contracts";
import { html, type PageSection, renderChart, section } from "@modelwright/pages";
import { anomalyFamily } from "../../families/anomalies.ts";
import type { AnomalyOutcome } from "../../metrics/anomaly-outcome.ts";
import type { ClassificationOutcome } from "../../metrics/classification-outcome.ts";
import { measureClassification } from "../../metrics/measure-classification.ts";
import { curveCharts } from "../charts/curve-charts.ts";
import { histogramChart } from "../charts/histogram-chart.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { jargon } from "../jargon.ts";
import { formatCount, formatPercent, formatValue } from "../number-format.ts";
import { worstRows } from "../sections/worst-rows.ts";

/** A row with the columns that make it odd, the most telling first. */
export interface ExplainedRow {
  readonly row: number;
  readonly columns: readonly { readonly column: string; readonly share: number }[];
}

/** Rows of a list. */
const SHOWN = 10;

/**
 * What a report shows of a model that looks for anomalies alone: how oddness is spread, the oddest rows with what makes them so, and where anomalies are known
 * what other thresholds would give, those that were missed and the ordinary rows that were flagged.
 *
 * @param options.rows The test rows, in the order of the outcome.
 * @param options.oddest Rows with what makes them odd. Default: none is explained.
 * @throws {ModelwrightError} As `anomalyFamily.prepare`.
 */
export function anomalyBody(options: {
  readonly outcome: AnomalyOutcome;
  readonly rows: readonly EvaluatedRow[];
  readonly measures: Readonly<Record<string, Measure>>;
  readonly oddest?: readonly ExplainedRow[] | undefined;
}): ReportBody {
  const { outcome, rows, oddest = [] } = options;
  const { units } = anomalyFamily.prepare(outcome);
  const { known, flagged } = outcome;
  const flags = flagged.reduce((sum, flag) => sum + flag, 0);
  const anomalies = known.filter((status) => status === 1).length;
  const found = known.filter((status, row) => status === 1 && flagged[row] === 1).length;
  const flaggedWords = `flagged ${formatCount(flags)} of ${formatCount(units)} test rows that it had not seen`;
  return {
    found:
      anomalies === 0
        ? `${flaggedWords}, ${formatPercent(flags / units)} where ${formatPercent(outcome.expected)} was expected. No anomaly is known among them, so that nothing tells how many it found.`
        : `${flaggedWords}, among them ${formatCount(found)} of ${formatCount(anomalies)} known anomalies.`,
    tiles: anomalies === 0 ? ["shareGap"] : ["averagePrecision", "rocAuc", "precision", "recall"],
    sections: [
      spreadSection(outcome),
      ...curveSection(outcome),
      ...oddestSection(outcome, rows, oddest),
      ...knownSections(outcome, rows),
    ],
  };
}

function spreadSection({ oddness, known }: AnomalyOutcome): PageSection {
  const chart = (values: Float64Array, title: string, what: string) =>
    histogramChart(values, { title, what, x: "Oddness", unit: "test row" });
  const anomalies = oddness.filter((_, row) => known[row] === 1);
  const others = oddness.filter((_, row) => known[row] !== 1);
  const charts = [
    ...(others.length === 0 ? [] : [chart(others, "Other rows", "the oddness of rows that are not known anomalies")]),
    ...(anomalies.length === 0 ? [] : [chart(anomalies, "Known anomalies", "the oddness of known anomalies")]),
  ];
  return section(
    "Oddness",
    html`<p>Oddness counts in natural logarithms how few training rows look as odd: 2.3 is one of ten, 4.6 one of a hundred, 6.9 one of a thousand.</p>`,
    html`<div class="charts">${charts.map(renderChart)}</div>`,
  );
}

/** What other thresholds would give; nothing where anomalies or ordinary rows are not known. */
function curveSection({ known, oddness }: AnomalyOutcome): PageSection[] {
  const told = [...known.keys()].filter((row) => known[row] !== -1);
  const actual = Int32Array.from(told, (row) => known[row]!);
  if (!actual.includes(1) || !actual.includes(0)) return [];
  const largest = Math.max(...told.map((row) => oddness[row]!), Number.MIN_VALUE);
  // Curves ask for probabilities and look only at their order.
  const probabilities = Float64Array.from(
    told.flatMap((row) => [1 - oddness[row]! / largest, oddness[row]! / largest]),
  );
  const outcome: ClassificationOutcome = { labels: ["ordinary", "anomaly"], actual, probabilities };
  const charts = curveCharts(outcome, measureClassification(outcome).perClass);
  const note = html`<p>What other thresholds of oddness would give: ${jargon("Precision")} against ${jargon("Recall")} of known anomalies. A good line keeps to the upper right.</p>`;
  return [section("Curves", note, html`<div class="charts">${charts.map(renderChart)}</div>`)];
}

function oddestSection(
  outcome: AnomalyOutcome,
  rows: readonly EvaluatedRow[],
  oddest: readonly ExplainedRow[],
): PageSection[] {
  if (oddest.length === 0) return [];
  const worst = oddest.slice(0, SHOWN).map(({ row, columns }) => ({
    row,
    facts: [
      ...factsOf(outcome, row),
      ...columns.map(({ column, share }) => ({ name: column, value: formatPercent(share) })),
    ],
  }));
  return [
    section(
      "Oddest rows",
      html`<p>The test rows that look least like the training rows, with the columns that make them so: by how much less odd a row is when a usual value stands there. Read them first.</p>`,
      worstRows(rows, worst),
    ),
  ];
}

function knownSections(outcome: AnomalyOutcome, rows: readonly EvaluatedRow[]): PageSection[] {
  const { known, flagged, oddness } = outcome;
  if (!known.includes(1)) return [];
  const rowsOf = (status: number, flag: number) =>
    [...known.keys()].filter((row) => known[row] === status && flagged[row] === flag);
  const missed = rowsOf(1, 0).sort((a, b) => oddness[a]! - oddness[b]!);
  const wrong = rowsOf(0, 1).sort((a, b) => oddness[b]! - oddness[a]!);
  const list = (numbers: readonly number[]) =>
    worstRows(
      rows,
      numbers.slice(0, SHOWN).map((row) => ({ row, facts: factsOf(outcome, row) })),
    );
  return [
    missed.length === 0
      ? section("Missed anomalies", html`<p>Every known anomaly was flagged.</p>`)
      : section(
          "Missed anomalies",
          html`<p>Known anomalies that were not flagged (${formatCount(missed.length)}), those that look most usual first. What they have in common may be a column that is missing.</p>`,
          list(missed),
        ),
    wrong.length === 0
      ? section("False alarms", html`<p>No ordinary row was flagged.</p>`)
      : section(
          "False alarms",
          html`<p>Ordinary rows that were flagged (${formatCount(wrong.length)}), the oddest first. Some may be anomalies that nobody has marked.</p>`,
          list(wrong),
        ),
  ];
}

const STATUS: Readonly<Record<number, string>> = { 1: "known anomaly", 0: "ordinary", [-1]: "unknown" };

function factsOf({ known, oddness, flagged }: AnomalyOutcome, row: number) {
  return [
    { name: "actual", value: STATUS[known[row]!]! },
    { name: "oddness", value: formatValue(oddness[row]!), more: flagged[row] === 1 ? ", flagged" : "" },
  ];
}
