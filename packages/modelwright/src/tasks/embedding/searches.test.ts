import { measureOutcome } from "@modelwright/evaluation";
import { expect, test } from "vitest";
import type { ExampleRow, ExampleRows } from "./example-rows.ts";
import { familyOf } from "./family.ts";
import { outcomeOf } from "./outcome.ts";
import { isSearchable } from "./rows.ts";
import { planSearches } from "./searches.ts";
import { vectorNearness } from "./vector-nearness.ts";

const pairs = (...texts: readonly [string, string][]): ExampleRows => ({
  examples: "pairs",
  rows: texts.map(([text, positive], i) => ({ id: String(i), text, positive }) as ExampleRow),
});
const labelled = (...texts: readonly [string, string][]): ExampleRows => ({
  examples: "labels",
  rows: texts.map(([text, label], i) => ({ id: String(i), text, label }) as ExampleRow),
});
/** Texts of one first letter have almost the same vector. */
const byLetter = (text: string) =>
  Float32Array.from({ length: 27 }, (_, i) => (i === 26 ? 0.01 * text.length : Number(text.charCodeAt(0) - 97 === i)));
const measured = (split: ExampleRows) =>
  measureOutcome(familyOf(split.examples), outcomeOf(split, vectorNearness(byLetter)));

test("a query does not find itself where it belongs to another one", () => {
  const split = pairs(["a", "apple"], ["apple", "a"], ["b", "bear"], ["bear", "b"]);
  expect(measured(split)).toMatchObject({ mrr: 1, recall1: 1 });
});

test("a question with several answers is one query, which finds all of them", () => {
  const split = pairs(["a", "apple"], ["A ", "ape"], ["b", "bear"]);
  const plan = planSearches(split);
  expect(plan.queries.map(({ id }) => id)).toEqual(["0", "2"]);
  expect([plan.relevant(0), plan.relevant(1)]).toEqual([[0, 1], [2]]);
  expect(
    outcomeOf(
      split,
      vectorNearness((text) => byLetter(text.trim().toLowerCase())),
    ),
  ).toMatchObject({
    documents: 3,
    queries: [{ ranks: Int32Array.of(1, 2) }, { ranks: Int32Array.of(1) }],
  });
});

test("a text that stands twice under its label does not find its copy", () => {
  const plan = planSearches(labelled(["a one", "x"], ["a one", "x"], ["a two", "x"], ["b", "y"]));
  expect(plan.documents).toEqual(["a one", "a two", "b"]);
  expect([0, 1, 2].map(plan.relevant)).toEqual([[1], [0], []]);
  expect([0, 1, 2].map(plan.self)).toEqual([0, 1, 2]);
});

test("rows of which nothing is to be found are known", () => {
  expect(isSearchable(pairs(["a", "A"]))).toBe(false);
  expect(isSearchable(pairs(["a", "A"], ["a", "b"]))).toBe(true);
  expect(isSearchable(labelled(["a", "x"], ["a", "x"], ["b", "y"]))).toBe(false);
  expect(isSearchable(labelled(["a", "x"], ["c", "x"]))).toBe(true);
});
