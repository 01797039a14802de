import type { EmbeddingMetric, Measure } from "@modelwright/contracts";
import { html, type PageSection, renderChart, section } from "@modelwright/pages";
import type { EmbeddingOutcome, RetrievalOutcome, SimilarityOutcome } from "../../metrics/embedding-outcome.ts";
import { fallingOrder } from "../../metrics/ranking.ts";
import { similarityChart } from "../charts/similarity-chart.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { formatCount, formatPercent, formatValue } from "../number-format.ts";
import { worstRows } from "../sections/worst-rows.ts";

const MOST_ROWS = 20;

interface Shown {
  readonly rows: readonly EvaluatedRow[];
  readonly documents: readonly EvaluatedRow[];
}

/**
 * What a report shows of vectors of texts: where what belongs to a query was found, or how cosines follow known similarities.
 *
 * @param options.rows The queries, or the pairs, in the order of the test rows; one that is missing has no text.
 * @param options.documents What was searched, by its numbers in the outcome; of pairs nothing.
 * @param options.measures As `intervals` gives them for the outcome.
 */
export function embeddingBody(
  options: Shown & { readonly outcome: EmbeddingOutcome; readonly measures: Readonly<Record<string, Measure>> },
): ReportBody {
  const { outcome, measures } = options;
  return outcome.kind === "retrieval" ? searchBody(outcome, options) : pairBody(outcome, { ...options, measures });
}

function searchBody(outcome: RetrievalOutcome, shown: Shown): ReportBody {
  const { queries, documents } = outcome;
  const first = queries.filter(({ ranks }) => ranks[0] === 1).length / queries.length;
  return {
    found: `found a text that belongs to the query first in ${formatPercent(first)} of ${formatCount(queries.length)} searches among ${formatCount(documents)} texts, with queries that it had not seen.`,
    tiles: ["ndcg10", "precision1", "recall10"] satisfies EmbeddingMetric[],
    sections: [placeSection(outcome), worstSearches(outcome, shown)],
  };
}

/** The ends of ranges of places. */
const PLACES: readonly (readonly [name: string, last: number])[] = [
  ["first", 1],
  ["2 to 5", 5],
  ["6 to 10", 10],
  ["11 to 100", 100],
  ["further down", Number.POSITIVE_INFINITY],
];

function placeSection({ queries }: RetrievalOutcome): PageSection {
  const rows = PLACES.map(([name, last], i) => {
    const above = i === 0 ? 0 : PLACES[i - 1]![1];
    const count = queries.filter(({ ranks }) => ranks[0]! > above && ranks[0]! <= last).length;
    return html`<tr><th scope="row">${name}</th><td class="number">${formatCount(count)}</td><td class="number">${formatPercent(count / queries.length)}</td></tr>`;
  });
  return section(
    "Where it was found",
    html`<p>The place of the first text found that belongs to the query, of all searches.</p>`,
    html`<div class="scroll" role="region" aria-label="Places" tabindex="0"><table><thead><tr><th scope="col">Place</th><th scope="col" class="number">Searches</th><th scope="col" class="number">Share</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

function worstSearches({ queries }: RetrievalOutcome, { rows, documents }: Shown): PageSection {
  const worst = queries
    .filter(({ ranks }) => ranks[0]! > 1)
    .sort((a, b) => b.ranks[0]! - a.ranks[0]!)
    .slice(0, MOST_ROWS)
    .map(({ query, ranks, nearest }) => ({
      row: query,
      facts: [
        { name: "found at place", value: formatCount(ranks[0]!) },
        { name: "first was", value: documents[nearest]?.text ?? "" },
      ],
    }));
  if (worst.length === 0) {
    return section("Worst searches", html`<p>Every search found a text that belongs to the query first.</p>`);
  }
  return section(
    "Worst searches",
    html`<p>The queries whose text was found furthest down, and what was found first. Read them: what came first may belong to the query as well, though the data does not say so.</p>`,
    worstRows(rows, worst),
  );
}

function pairBody(
  outcome: SimilarityOutcome,
  { measures, rows }: Shown & { readonly measures: Readonly<Record<string, Measure>> },
): ReportBody {
  const { spearman } = measures;
  const pairs = formatCount(outcome.actual.length);
  return {
    found:
      spearman === undefined
        ? `compared ${pairs} pairs of texts that it had not seen.`
        : `ordered ${pairs} pairs of texts that it had not seen by similarity with a rank correlation of ${formatValue(spearman.value)}.`,
    tiles: ["spearman", "pearson"] satisfies EmbeddingMetric[],
    sections: [
      section("Similarities", html`<div class="charts">${renderChart(similarityChart(outcome))}</div>`),
      largestDifferences(outcome, rows),
    ],
  };
}

/** Each as its distance from the mean in standard deviations: cosines and similarities have units of their own. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / deviation);
}

function largestDifferences({ actual, predicted }: SimilarityOutcome, rows: readonly EvaluatedRow[]): PageSection {
  const [wanted, given] = [standardised(actual), standardised(predicted)];
  const differences = wanted.map((value, row) => Math.abs(value - given[row]!));
  const worst = Array.from(fallingOrder(differences).subarray(0, MOST_ROWS), (row) => ({
    row,
    facts: [
      { name: "similarity", value: formatValue(actual[row]!) },
      { name: "cosine", value: formatValue(predicted[row]!) },
    ],
  }));
  return section(
    "Largest differences",
    html`<p>The pairs that the model finds much more, or much less, alike than the data says, beside all others.</p>`,
    worstRows(rows, worst),
  );
}
