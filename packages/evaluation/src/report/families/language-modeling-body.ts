import type { LanguageModelingMetric, Measure } from "@modelwright/contracts";
import { html, type PageSection, renderChart, section } from "@modelwright/pages";
import type { DocumentScore } from "../../metrics/document-score.ts";
import { fallingOrder } from "../../metrics/ranking.ts";
import { histogramChart } from "../charts/histogram-chart.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { formatCount, formatPercent, formatValue } from "../number-format.ts";
import { worstRows } from "../sections/worst-rows.ts";

const MOST_DOCUMENTS = 10;
const FEWEST_IN_CHART = 10;

/**
 * What a report shows of a language model alone: how well it predicts tokens, and the documents that it predicts worst.
 *
 * @param options.documents The test documents, in the order of the outcome; one that is missing has no text.
 * @param options.measures As `intervals` gives them for the outcome.
 */
export function languageModelingBody(options: {
  readonly outcome: readonly DocumentScore[];
  readonly documents: readonly EvaluatedRow[];
  readonly measures: Readonly<Record<string, Measure>>;
}): ReportBody {
  const { outcome, documents, measures } = options;
  const tokens = outcome.reduce((sum, { tokens }) => sum + tokens, 0);
  const accuracy = measures["pieceAccuracy" satisfies LanguageModelingMetric];
  const right = accuracy === undefined ? "" : `; its likeliest token was right in ${formatPercent(accuracy.value)}`;
  return {
    found: `predicted ${formatCount(tokens)} tokens of ${formatCount(outcome.length)} test documents that it had not seen${right}.`,
    tiles: ["bitsPerCharacter", "perplexity", "pieceAccuracy"] satisfies LanguageModelingMetric[],
    sections: [...spreadSection(outcome), hardestSection(outcome, documents)],
  };
}

/** How unlike each other the documents are to the model; nothing for a handful of them. */
function spreadSection(outcome: readonly DocumentScore[]): PageSection[] {
  const bits = Float64Array.from(
    outcome.flatMap(({ loss, characters = 0 }) => (characters === 0 ? [] : [loss / Math.LN2 / characters])),
  );
  if (bits.length < FEWEST_IN_CHART) return [];
  const words = {
    title: "Bits per character",
    what: "bits per character",
    x: "Bits per character",
    unit: "test document",
  };
  return [
    section(
      "Documents",
      html`<p>How well the model predicts each document, the easiest on the left. A small group far to the right is worth a look: another language, code, tables.</p>`,
      html`<div class="charts">${renderChart(histogramChart(bits, words))}</div>`,
    ),
  ];
}

function hardestSection(outcome: readonly DocumentScore[], documents: readonly EvaluatedRow[]): PageSection {
  const losses = Float64Array.from(outcome, ({ loss, tokens }) => (tokens === 0 ? 0 : loss / tokens));
  const hardest = Array.from(fallingOrder(losses).subarray(0, MOST_DOCUMENTS), (row) => ({
    row,
    facts: [
      { name: "loss", value: formatValue(losses[row]!), more: " nats per token" },
      { name: "tokens", value: formatCount(outcome[row]!.tokens) },
    ],
  }));
  return section(
    "Hardest documents",
    html`<p>The documents whose tokens the model thought least likely: odd ones, or ones that do not belong there.</p>`,
    worstRows(documents, hardest),
  );
}
