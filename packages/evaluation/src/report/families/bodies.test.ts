import { describe, expect, test } from "vitest";
import { embeddingFamily, similarityFamily } from "../../families/embeddings.ts";
import { causalLanguageModelingFamily } from "../../families/language-modeling.ts";
import type { MetricFamily } from "../../families/metric-family.ts";
import { multiLabelFamily } from "../../families/multi-label.ts";
import { regressionFamily } from "../../families/regression.ts";
import { spanFamily } from "../../families/spans.ts";
import { compareOutcomes } from "../../intervals/compare-outcomes.ts";
import { intervals } from "../../intervals/intervals.ts";
import { hostileTexts } from "../../testing/hostile-texts.ts";
import {
  inventDocuments,
  inventMultiLabel,
  inventRegression,
  inventSearches,
  inventSimilarities,
  inventSpans,
} from "../../testing/invented-outcomes.ts";
import { inventReport } from "../../testing/invented-report.ts";
import type { EvaluatedRow, EvaluationReport, ReportBody } from "../evaluation-report.ts";
import { renderReport } from "../render-report.ts";
import { embeddingBody } from "./embedding-body.ts";
import { languageModelingBody } from "./language-modeling-body.ts";
import { multiLabelBody } from "./multi-label-body.ts";
import { regressionBody } from "./regression-body.ts";
import { spanBody } from "./span-body.ts";

const ROWS = 120;
const bootstrap = { resamples: 50, seed: 1 };
const shared = inventReport(["ham", "spam"], 20);

function pageOf<Outcome>(
  family: MetricFamily<Outcome>,
  outcomes: { readonly model: Outcome; readonly baseline: Outcome },
  body: (measures: EvaluationReport["measures"]) => ReportBody,
): string {
  const { model, baseline } = outcomes;
  const measures = intervals(family, model, bootstrap);
  const beside = {
    name: "mean",
    measures: intervals(family, baseline, bootstrap),
    comparisons: compareOutcomes(family, model, baseline, bootstrap),
  };
  return renderReport({ ...shared, family, measures, baselines: [beside], body: body(measures) });
}

const rowsOf = (text: string): EvaluatedRow[] =>
  Array.from({ length: ROWS }, (_, row) => ({ id: `${row}`, text: `${text} ${row}` }));

function regressionPage(text = "a house", target = "price in €"): string {
  const outcomes = { model: inventRegression(ROWS, 5), baseline: inventRegression(ROWS, 30) };
  const rows = rowsOf(text);
  return pageOf(regressionFamily, outcomes, (measures) =>
    regressionBody({ outcome: outcomes.model, target, rows, measures }),
  );
}

function multiLabelPage(text = "a film", labels: readonly string[] = ["drama", "comedy", "war", "music"]): string {
  const outcomes = { model: inventMultiLabel(labels, ROWS, 0.4), baseline: inventMultiLabel(labels, ROWS, 0.05) };
  return pageOf(multiLabelFamily, outcomes, (measures) =>
    multiLabelBody({ outcome: outcomes.model, rows: rowsOf(text), measures }),
  );
}

function spanPage(text = "Anna in Oslo", labels: readonly string[] = ["PER", "LOC"]): string {
  const outcomes = { model: inventSpans(labels, ROWS, 5), baseline: inventSpans(labels, ROWS, 2) };
  return pageOf(spanFamily, outcomes, (measures) =>
    spanBody({ outcome: outcomes.model, rows: rowsOf(text), measures }),
  );
}

function languageModelPage(text = "an essay"): string {
  const outcomes = { model: inventDocuments(ROWS, 3), baseline: inventDocuments(ROWS, 5) };
  return pageOf(causalLanguageModelingFamily, outcomes, (measures) =>
    languageModelingBody({ outcome: outcomes.model, documents: rowsOf(text), measures }),
  );
}

function searchPage(text = "a question"): string {
  const outcomes = { model: inventSearches(ROWS, 5), baseline: inventSearches(ROWS, 2) };
  return pageOf(embeddingFamily, outcomes, (measures) =>
    embeddingBody({ outcome: outcomes.model, rows: rowsOf(text), documents: rowsOf(`${text} found`), measures }),
  );
}

function similarityPage(text = "a pair"): string {
  const outcomes = { model: inventSimilarities(ROWS, 0.1), baseline: inventSimilarities(ROWS, 0.8) };
  return pageOf(similarityFamily, outcomes, (measures) =>
    embeddingBody({ outcome: outcomes.model, rows: rowsOf(text), documents: [], measures }),
  );
}

/** The sections' headings, without the verdict. */
const headings = (page: string) =>
  Array.from(page.matchAll(/<section[^>]*><h2[^>]*>([^<]*)<\/h2>/g), ([, title]) => title);
const SHARED = ["Training", "Data", "Recipe", "Lineage", "Environment"];

test.each([
  ["a regression", regressionPage, ["Metrics", "Predictions", "Largest errors"]],
  ["a multi-label classifier", multiLabelPage, ["Metrics", "Labels", "Labels that come together", "Worst mistakes"]],
  ["a model of spans", spanPage, ["Metrics", "Labels", "Worst mistakes"]],
  ["a model of searches", searchPage, ["Metrics", "Where it was found", "Worst searches"]],
  ["a model of similar pairs", similarityPage, ["Metrics", "Similarities", "Largest differences"]],
  ["a language model", languageModelPage, ["Metrics", "Documents", "Hardest documents"]],
])("the report of %s has its own sections in the shared skeleton", (_, render, own) => {
  const page = render();
  expect(headings(page)).toEqual([...own, ...SHARED]);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  const ids = Array.from(page.matchAll(/ id="([^"]+)"/g), ([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const chart of page.match(/<svg[^>]*>/g)!) expect(chart).toMatch(/role="img" aria-label="[^"]{20,}"/);
  expect(page).toMatch(/mail-triage v3 is better than mean: /);
});

describe("a regression's report", () => {
  const page = regressionPage();

  test("says how far off predictions are, in words and as charts", () => {
    expect(page).toMatch(/missed price in € by \d+\.\d{3} on average, by \d\.\d{3} or less in half of 120 test rows/);
    expect(page).toContain("Predicted against actual price in € of 120 of 120 test rows");
    expect(page).toContain("Histogram of predicted minus actual price in €");
  });

  test("lists the rows with the largest errors, the largest first", () => {
    const { actual, predicted } = inventRegression(ROWS, 5);
    const errors = Array.from(actual, (value, row) => Math.abs(predicted[row]! - value));
    const shown = Array.from(page.matchAll(/<p class="text"[^>]*>a house (\d+)<\/p>/g), ([, row]) => Number(row));
    const expected = errors.map((_, row) => row).sort((a, b) => errors[b]! - errors[a]!);
    expect(shown).toEqual(expected.slice(0, 20));
  });
});

test("a multi-label report has the thresholds and counts pairs of labels", () => {
  const page = multiLabelPage();
  expect(page).toMatch(/<th scope="col" class="number"><button[^>]*>Threshold<\/button><\/th>/);
  // Each third row has two labels; of 120 rows those are 40, 10 for each neighbouring pair of four labels.
  expect(page).toMatch(/<th scope="row"><bdi>drama<\/bdi> and <bdi>comedy<\/bdi><\/th><td[^>]*><span>10</);
  expect(page).toMatch(/<strong><bdi>drama, comedy<\/bdi><\/strong>/);
});

test("a report of spans shows what was missed and what was marked wrongly", () => {
  const page = spanPage();
  expect(page).toMatch(/found \d+\.\d % of the 180 spans in 120 test rows/);
  // The first span of each fifth row is lost, and a stretch behind the last one is marked.
  expect(page).toContain("missed <strong><bdi>A (PER)</bdi></strong>");
  expect(page).toContain("marked wrongly <strong><bdi> i (PER)</bdi></strong>");
});

test("a report of searches begins with the one whose text was found furthest down", () => {
  const page = searchPage();
  // Each fifth of 120 queries is missed: 0, 5, …, 115, at place query + 2.
  expect(page).toMatch(/found a text that belongs to the query first in 80\.0 % of 120 searches among 240 texts/);
  const [, first] = /<p class="text"[^>]*>a question (\d+)<\/p>/.exec(page)!;
  expect(first).toBe("115");
  expect(page).toContain("found at place <strong><bdi>117</bdi></strong>");
  expect(page).toContain("first was <strong><bdi>a question found 116</bdi></strong>");
});

test("a report of pairs shows where cosine and similarity are furthest apart", () => {
  const page = similarityPage();
  const { actual, predicted } = inventSimilarities(ROWS, 0.1) as { actual: Float64Array; predicted: Float64Array };
  const line = (values: Float64Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / ROWS;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ROWS);
    return values.map((value) => (value - mean) / deviation);
  };
  const [x, y] = [line(actual), line(predicted)];
  const furthest = x.reduce(
    (most, _, row) => (Math.abs(x[row]! - y[row]!) > Math.abs(x[most]! - y[most]!) ? row : most),
    0,
  );
  const [, first] = /<p class="text"[^>]*>a pair (\d+)<\/p>/.exec(page)!;
  expect(first).toBe(String(furthest));
});

test("a language model's report begins with its hardest document", () => {
  const [, first] = /<p class="text"[^>]*>an essay (\d+)<\/p>/.exec(languageModelPage())!;
  expect(first).toBe("119");
  // Each document has 100 tokens and 400 characters; the first loses 3 nats per token, the last 3 + 119 / 50.
  expect(languageModelPage()).toContain("bits per character over 120 test documents, from 1.082 to 1.940.");
});

test.each(hostileTexts)("%j stays text in every family's report", (hostile) => {
  const tags = (page: string) => new Set(Array.from(page.matchAll(/<([a-zA-Z][^\s/>]*)/g), ([, name]) => name));
  const labels = [hostile, `${hostile}2`, "__proto__", "plain"];
  const pages: [string, string][] = [
    [regressionPage(), regressionPage(hostile, hostile)],
    [multiLabelPage(), multiLabelPage(hostile, labels)],
    [spanPage("plain", ["a", "b", "c", "d"]), spanPage(hostile, labels)],
    [languageModelPage(), languageModelPage(hostile)],
    [searchPage(), searchPage(hostile)],
    [similarityPage(), similarityPage(hostile)],
  ];
  for (const [plain, attacked] of pages) expect(tags(attacked)).toEqual(tags(plain));
});
