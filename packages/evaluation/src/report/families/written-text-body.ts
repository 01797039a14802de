import type { Measure, WrittenTextMetric } from "@modelwright/contracts";
import { html, type PageSection, renderChart, section } from "@modelwright/pages";
import { measureWrittenText } from "../../families/written-texts.ts";
import { fallingOrder } from "../../metrics/ranking.ts";
import type { WrittenTexts } from "../../metrics/written-texts.ts";
import { histogramChart } from "../charts/histogram-chart.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { formatCount, formatPercent, formatValue } from "../number-format.ts";
import { worstRows } from "../sections/worst-rows.ts";

const MOST_ROWS = 20;
const FEWEST_IN_CHART = 10;

/**
 * What a report shows of a model that writes a text per row: how near its texts come to the right ones, and those that are farthest off.
 *
 * @param options.rows The test rows, in the order of the outcome: what was read.
 * @param options.measures As `intervals` gives them for the outcome.
 */
export function writtenTextBody(options: {
  readonly outcome: WrittenTexts;
  readonly rows: readonly EvaluatedRow[];
  readonly measures: Readonly<Record<string, Measure>>;
}): ReportBody {
  const { outcome, rows, measures } = options;
  const { exact, rougeL } = measures as Readonly<Record<WrittenTextMetric, Measure>>;
  const scores = Float64Array.from(outcome.rows, (row) => measureWrittenText(row).chrf);
  return {
    found: `wrote texts for ${formatCount(outcome.rows.length)} test rows that it had not seen: ROUGE-L ${formatValue(rougeL.value)}, and ${formatPercent(exact.value)} are the right text letter by letter.`,
    tiles: ["chrf", "rougeL", "exact"] satisfies WrittenTextMetric[],
    sections: [...spreadSection(scores), worstSection(outcome, { rows, scores })],
  };
}

/** How unlike each other the rows are to the model; nothing for a handful of them. */
function spreadSection(scores: Float64Array): PageSection[] {
  if (scores.length < FEWEST_IN_CHART) return [];
  const words = { title: "chrF of a row", what: "chrF", x: "chrF", unit: "test row" };
  return [
    section(
      "Rows",
      html`<p>How near each written text comes to the right one, the farthest on the left.</p>`,
      html`<div class="charts">${renderChart(histogramChart(scores, words))}</div>`,
    ),
  ];
}

function worstSection(
  outcome: WrittenTexts,
  { rows, scores }: { readonly rows: readonly EvaluatedRow[]; readonly scores: Float64Array },
): PageSection {
  const order = fallingOrder(scores.map((score) => -score)).subarray(0, MOST_ROWS);
  const worst = Array.from(order)
    .filter((row) => outcome.rows[row]!.written !== outcome.rows[row]!.target)
    .map((row) => {
      const { target, written } = outcome.rows[row]!;
      return {
        row,
        facts: [
          { name: "written", value: written, more: `, chrF ${formatValue(scores[row]!)}` },
          { name: "right", value: target },
        ],
      };
    });
  if (worst.length === 0) return section("Worst texts", html`<p>Every text is the right one.</p>`);
  return section(
    "Worst texts",
    html`<p>The rows whose text is farthest from the right one. Read them: another text may be as good, and some may be wrong in the data rather than in the model.</p>`,
    worstRows(rows, worst),
  );
}
