import { renderSection } from "@modelwright/pages";
import { expect, test } from "vitest";
import { classificationBody } from "../families/classification-body.ts";
import { rejectSection } from "./reject.ts";

/** Ten rows, sure by 0.55, 0.6, …, 1; the four least sure are wrong. */
const outcome = {
  labels: ["ham", "spam"],
  actual: Int32Array.from({ length: 10 }, (_, row) => (row < 4 ? 1 : 0)),
  probabilities: Float64Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0.55 + i / 40 : 0.45 - (i - 1) / 40)),
};

test("a report says what rejecting does, beside other thresholds", () => {
  const body = classificationBody({ outcome: { ...outcome, rejectBelow: 0.74 }, rows: [], measures: {} });
  const text = renderSection(body.sections.find(({ title }) => title === "None of these")!)
    .text.replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
  expect(text).toContain(
    "a probability below 74.0 %. Of the test rows 60.0 % got one; 100.0 % of these answers are right",
  );
  expect(text).toContain("always answered 100.0 % 60.0 %");
  expect(text).toContain("below 74.0 % (this version) 60.0 % 100.0 %");
  expect(text).toContain("below 60.0 % 90.0 % 66.7 %");
});

test("it has no such section where every row is answered", () => {
  expect(rejectSection(outcome)).toEqual([]);
});
