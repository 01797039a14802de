import { type AnomalyDetector, parseRecipe } from "@modelwright/contracts";
import { type Column, type Frame, frameFeeds } from "@modelwright/data";
import { defaultRuntime, encodeModel } from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import type { LearntTable } from "../../table-rows/learner.ts";
import { TableGraph } from "../../table-rows/table-graph.ts";
import { calibrated } from "../calibrated.ts";
import type { AnomalyRecipe } from "./detector.ts";
import { DETECTORS } from "./detectors.ts";

const ROWS = 400;
/** Values that look drawn, the same each time. */
const drawn = (row: number, column: number) => (((row * 7919 + column * 104_729) % 1009) / 1009) * 2 - 1;

/** Heat follows the load, a tool is rare, times come again; every fortieth row is hot without a load. */
function frameOf(rows: number, from = 0): Frame {
  const all = Array.from({ length: rows }, (_, i) => from + i);
  const isOdd = (row: number) => row % 40 === 39;
  const number = (name: string, value: (row: number) => number): Column => ({
    kind: "number",
    name,
    values: Float64Array.from(all, value),
  });
  return {
    rows,
    columns: [
      number("load", (row) => (isOdd(row) ? -1 : drawn(row, 1))),
      number("heat", (row) => (row % 17 === 0 ? Number.NaN : isOdd(row) ? 1 : drawn(row, 1) + drawn(row, 2) / 10)),
      number("flow", (row) => 40 + 5 * drawn(row, 3)),
      {
        kind: "category",
        name: "tool",
        codes: Int32Array.from(all, (row) => (row % 23 === 0 ? -1 : row % 57 === 0 ? 2 : row % 2)),
        categories: ["drill", "saw", "laser"],
      },
      { kind: "date", name: "at", values: Float64Array.from(all, (row) => Date.UTC(2026, 0, 1 + (row % 20), row % 9)) },
    ],
  };
}

/** What nobody would expect in a column. */
const ODD: Frame = {
  rows: 6,
  columns: [
    { kind: "number", name: "load", values: Float64Array.of(0, Number.NaN, 1e300, -1e300, 5e-324, 0.5) },
    { kind: "number", name: "heat", values: Float64Array.of(Number.NaN, Number.NaN, 0, 3e38, -3e38, 0.4) },
    { kind: "number", name: "flow", values: Float64Array.of(40, Number.NaN, -1, 1e9, 0, 41) },
    { kind: "category", name: "tool", codes: Int32Array.of(0, -1, 1, 2, 3, 0), categories: ["drill", "", "🎉", "锯"] },
    {
      kind: "date",
      name: "at",
      values: Float64Array.of(0, Number.NaN, Date.UTC(1969, 6), Date.UTC(9999, 11), -1, 1e12),
    },
  ],
};

const recipe = parseRecipe({
  name: "watch",
  task: "anomaly-detection",
  data: { source: "a.csv" },
  train: { trees: 40, epochs: 15, threads: 1 },
}) as AnomalyRecipe;
const train = frameOf(ROWS);
const validation = frameOf(60, ROWS);
const context = { onProgress: () => {}, shouldStop: () => false };
const fit = (name: AnomalyDetector) => DETECTORS[name].fit({ train, validation, recipe }, context);

async function graphScores(model: LearntTable, frame: Frame): Promise<Float64Array> {
  const graph = new TableGraph();
  graph.builder.output(graph.blend([{ model, weight: 1 }]), "scores");
  const session = await (await defaultRuntime()).createSession(encodeModel(graph.build()), { threads: 1 });
  const { scores } = await session.run(frameFeeds(model.features[0].inputs, frame));
  session.release();
  return Float64Array.from(scores!.data as Float32Array);
}

describe.each(Object.keys(DETECTORS) as AnomalyDetector[])("%s", (name) => {
  test("says in a graph what it says here, also of odd rows, before and after it is calibrated", async () => {
    const model = (await fit(name))!;
    const usual = await model.predict(validation);
    for (const each of [model, calibrated(model, usual)]) {
      for (const frame of [validation, ODD]) {
        const here = await each.predict(frame);
        const there = await graphScores(each, frame);
        for (const [row, score] of here.entries()) {
          expect(Number.isFinite(score)).toBe(true);
          expect(Math.abs(there[row]! - score), `row ${row}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(score)));
        }
      }
    }
    await model.release?.();
  });

  test("puts rows first that break what holds of the others", async () => {
    const model = (await fit(name))!;
    const scores = await model.predict(train);
    await model.release?.();
    const oddest = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 40);
    const found = oddest.filter((row) => row % 40 === 39).length;
    // Of ten, where a tenth of the rows is looked at: guessing finds one.
    expect(found).toBeGreaterThanOrEqual(name === "isolation-forest" ? 4 : 6);
  });

  test("reads no part of a date that does not come again", async () => {
    const model = (await fit(name))!;
    await model.release?.();
    const parts = model.features[0].features.filter(({ from }) => from === "at").map((feature) => feature.name);
    expect(parts.length).toBeGreaterThan(0);
    expect(parts.join()).not.toMatch(/year|since/i);
  });

  test("learns nothing when it is stopped", async () => {
    expect(
      await DETECTORS[name].fit({ train, validation, recipe }, { ...context, shouldStop: () => true }),
    ).toBeUndefined();
  });

  test("learns from two rows", async () => {
    const few = frameOf(2);
    const model = (await DETECTORS[name].fit({ train: few, validation: frameOf(0), recipe }, context))!;
    for (const score of await model.predict(ODD)) expect(Number.isFinite(score)).toBe(true);
    await model.release?.();
  });
});
