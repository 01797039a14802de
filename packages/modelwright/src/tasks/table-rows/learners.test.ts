import { parseRecipe, type TableModelKind } from "@modelwright/contracts";
import type { Column, Frame } from "@modelwright/data";
import { frameFeeds } from "@modelwright/data";
import { defaultRuntime, encodeModel } from "@modelwright/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { blendWeights } from "./blend.ts";
import { columnImportance } from "./column-importance.ts";
import type { LearntTable, TableLesson, TableProblem } from "./learner.ts";
import { LEARNERS } from "./learners.ts";
import { compileInterval, fitInterval } from "./number-interval.ts";
import { predictParts } from "./predict-parts.ts";
import { TableGraph } from "./table-graph.ts";
import { tableLoss } from "./table-loss.ts";
import type { TableRecipe } from "./table-recipe.ts";

const ROWS = 240;
/** Values that look drawn, the same each time. */
const drawn = (row: number, column: number) => (((row * 7919 + column * 104_729) % 1009) / 1009) * 2 - 1;

/** Two columns that tell, one that does not, one of dates; some values are missing. */
function frameOf(rows: number, from = 0): Frame {
  const row = (i: number) => from + i;
  const columns: Column[] = [
    {
      kind: "number",
      name: "size",
      values: Float64Array.from({ length: rows }, (_, i) => (row(i) % 17 === 0 ? Number.NaN : drawn(row(i), 1))),
    },
    {
      kind: "category",
      name: "kind",
      codes: Int32Array.from({ length: rows }, (_, i) => (row(i) % 13 === 0 ? -1 : row(i) % 3)),
      categories: ["a", "b", "c"],
    },
    { kind: "number", name: "noise", values: Float64Array.from({ length: rows }, (_, i) => drawn(row(i), 5)) },
    {
      kind: "date",
      name: "since",
      values: Float64Array.from({ length: rows }, (_, i) => Date.UTC(2024, row(i) % 24, 3)),
    },
  ];
  return { rows, columns };
}

const score = (frame: Frame, row: number) => {
  const [size, kind] = frame.columns as [Extract<Column, { kind: "number" }>, Extract<Column, { kind: "category" }>];
  const known = Number.isNaN(size.values[row]!) ? 0 : size.values[row]!;
  return 2 * known + [1, 0, -1, 0][(kind.codes[row]! + 4) % 4]!;
};

const LESSONS = {
  "two classes": (frame: Frame): TableLesson => ({
    frame,
    targets: {
      kind: "classes",
      classes: 2,
      actual: Int32Array.from({ length: frame.rows }, (_, row) => Number(score(frame, row) > 0)),
    },
  }),
  "three classes": (frame: Frame): TableLesson => ({
    frame,
    targets: {
      kind: "classes",
      classes: 3,
      actual: Int32Array.from({ length: frame.rows }, (_, row) =>
        score(frame, row) > 0.8 ? 2 : Number(score(frame, row) > -0.8),
      ),
    },
  }),
  numbers: (frame: Frame): TableLesson => ({
    frame,
    targets: {
      kind: "numbers",
      actual: Float64Array.from({ length: frame.rows }, (_, row) => 50 + 10 * score(frame, row)),
    },
  }),
};

function problemOf(lesson: (frame: Frame) => TableLesson): TableProblem {
  const { targets } = lesson(frameOf(3));
  const recipe = parseRecipe({
    name: "t",
    task: targets.kind === "numbers" ? "tabular-regression" : "tabular-classification",
    data: { source: "t.csv" },
    train: { rounds: 60, trees: 20, bags: 2, minRowsPerLeaf: 5, threads: 1 },
  }) as TableRecipe;
  return { train: lesson(frameOf(ROWS)), validation: lesson(frameOf(80, ROWS)), recipe };
}

const context = { onProgress: () => {}, shouldStop: () => false };

/** Rows that no training row is like. */
const ODD: Frame = {
  rows: 4,
  columns: [
    { kind: "number", name: "size", values: Float64Array.of(Number.NaN, 1e30, -1e30, -0) },
    { kind: "category", name: "kind", codes: Int32Array.of(-1, 0, 1, 2), categories: ["new", "a", "你好 🎉"] },
    {
      kind: "number",
      name: "noise",
      values: Float64Array.of(0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1),
    },
    { kind: "date", name: "since", values: Float64Array.of(Number.NaN, -1e12, 0, 4e12) },
  ],
};

async function runGraph(parts: readonly { model: LearntTable; weight: number }[], frame: Frame): Promise<Float32Array> {
  const graph = new TableGraph();
  graph.builder.output(graph.builder.op("Identity", [graph.blend(parts)]), "predicted");
  const runtime = await defaultRuntime();
  const session = await runtime.createSession(encodeModel(graph.build()), { threads: 1 });
  try {
    const { predicted } = await session.run(frameFeeds(graph.columns, frame), ["predicted"]);
    return predicted!.data as Float32Array;
  } finally {
    session.release();
  }
}

describe.each(Object.entries(LESSONS))("%s", (_, lesson) => {
  const problem = problemOf(lesson);
  const fitted: Partial<Record<TableModelKind, LearntTable>> = {};
  beforeAll(async () => {
    for (const [kind, learner] of Object.entries(LEARNERS))
      fitted[kind as TableModelKind] = (await learner.fit(problem, context))!;
  });

  test.each(Object.keys(LEARNERS) as TableModelKind[])(
    "%s predicts rows that it has not seen, better than their mean",
    async (kind) => {
      const loss = tableLoss(problem.validation.targets);
      const reached = loss.overall(loss.ofRows(await fitted[kind]!.predict(problem.validation.frame)));
      const { targets } = problem.train;
      const width = targets.kind === "classes" ? targets.classes : 1;
      const mean =
        targets.kind === "classes"
          ? Array.from({ length: width }, (__, k) => targets.actual.filter((label) => label === k).length / ROWS)
          : [targets.actual.reduce((sum, value) => sum + value, 0) / ROWS];
      const constant = Float64Array.from({ length: 80 * width }, (__, i) => mean[i % width]!);
      expect(reached).toBeLessThan(0.6 * loss.overall(loss.ofRows(constant)));
    },
  );

  test.each(Object.keys(LEARNERS) as TableModelKind[])(
    "%s computes in its graph what it predicts here, of odd rows too",
    async (kind) => {
      const model = fitted[kind]!;
      for (const frame of [problem.validation.frame, ODD]) {
        const here = await model.predict(frame);
        const there = await runGraph([{ model, weight: 1 }], frame);
        expect(there).toHaveLength(here.length);
        here.forEach((value, i) => {
          if (Number.isFinite(value))
            expect(Math.abs(there[i]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      }
    },
  );

  test("a blend is the weighted mean of its models, here and in the graph", async () => {
    const parts = [
      { model: fitted["boosted-trees"]!, weight: 0.75 },
      { model: fitted.linear!, weight: 0.25 },
    ];
    const here = await predictParts(parts, problem.validation.frame);
    const there = await runGraph(parts, problem.validation.frame);
    const [one, other] = await Promise.all(parts.map(({ model }) => model.predict(problem.validation.frame)));
    here.forEach((value, i) => {
      expect(value).toBeCloseTo(0.75 * one![i]! + 0.25 * other![i]!, 10);
      expect(Math.abs(there[i]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
    });
  });

  test("importance puts the columns that tell before the one that does not", async () => {
    const importance = await columnImportance([{ model: fitted["boosted-trees"]!, weight: 1 }], problem);
    expect(
      importance
        .map(({ name }) => name)
        .slice(0, 2)
        .toSorted(),
    ).toEqual(["kind", "size"]);
    const noise = importance.find(({ name }) => name === "noise")!;
    expect(noise.rise).toBeLessThan(importance[0]!.rise / 5);
    for (const { rise, low, high } of importance) expect(low <= rise && rise <= high).toBe(true);
  });

  test("learning stops when it is told to", async () => {
    for (const learner of Object.values(LEARNERS))
      expect(await learner.fit(problem, { ...context, shouldStop: () => true })).toBeUndefined();
  });
});

describe("an interval", () => {
  test("holds about the share that it was asked for on new rows, and is the same in the graph", async () => {
    const problem = problemOf(LESSONS.numbers);
    const model = (await LEARNERS.linear.fit(problem, context))!;
    const interval = (await fitInterval(
      problem,
      { validated: await model.predict(problem.validation.frame), coverage: 0.8 },
      context,
    ))!;
    const graph = new TableGraph();
    const value = graph.blend([{ model, weight: 1 }]);
    const bounds = compileInterval(graph.builder, interval, { numbers: graph.numbers(interval.features), value });
    graph.builder.output(bounds.low, "low");
    graph.builder.output(bounds.high, "high");
    const session = await (await defaultRuntime()).createSession(encodeModel(graph.build()), { threads: 1 });
    const fresh = LESSONS.numbers(frameOf(300, 700));
    const { low, high } = await session.run(frameFeeds(graph.columns, fresh.frame), ["low", "high"]);
    session.release();
    const [lows, highs] = [low!.data as Float32Array, high!.data as Float32Array];
    const predicted = await model.predict(fresh.frame);
    const inside = [...fresh.targets.actual].filter((actual, row) => lows[row]! <= actual && actual <= highs[row]!);
    const held = inside.length;
    expect(held / 300).toBeGreaterThan(0.7);
    expect(held / 300).toBeLessThan(0.92);
    predicted.forEach((each, row) => {
      expect((lows[row]! + highs[row]!) / 2).toBeCloseTo(each, 2);
    });
  });
});

test("a blend takes what helps, and leaves out what does not", () => {
  const actual = Float64Array.of(1, 2, 3, 4);
  const loss = tableLoss({ kind: "numbers", actual });
  const over = actual.map((value) => value + 1);
  const under = actual.map((value) => value - 1);
  const far = actual.map((value) => value + 50);
  const weights = blendWeights([over, far, under], loss);
  expect(weights[1]).toBe(0);
  expect(weights[0]).toBeCloseTo(0.5, 1);
  expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(blendWeights([actual, far], loss)).toEqual([1, 0]);
});
