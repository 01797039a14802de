import { parseRecipe, type TableModelKind } from "@modelwright/contracts";
import { type Column, type Frame, frameFeeds } from "@modelwright/data";
import { defaultRuntime, encodeModel } from "@modelwright/engine";
import { expect, test } from "vitest";
import { featureWords } from "./feature-words.ts";
import { learnFeatures } from "./learn-features.ts";
import type { LearntTable, TableLesson, TableProblem } from "./learner.ts";
import { LEARNERS } from "./learners.ts";
import { TableGraph } from "./table-graph.ts";
import type { TableRecipe } from "./table-recipe.ts";

const ROWS = 120;
/** Values that look drawn, the same each time, in [−1, 1). */
function drawn(row: number, column: number): number {
  const wave = Math.sin(row * 12.9898 + column * 78.233) * 43_758.5453;
  return 2 * (wave - Math.floor(wave)) - 1;
}

/** A number and a category that tell, and four numbers that do not. */
function lessonFrom(first: number, rows: number): TableLesson {
  const at = (row: number) => first + row;
  const columns: Column[] = [
    ...["size", "a", "b", "c", "d"].map((name, k): Column => {
      const values = Float64Array.from({ length: rows }, (_, row) => drawn(at(row), k + 1));
      return { kind: "number", name, values };
    }),
    {
      kind: "category",
      name: "town",
      codes: Int32Array.from({ length: rows }, (_, row) => (at(row) % 13 === 0 ? -1 : (at(row) * 5) % 4)),
      categories: Array.from({ length: 4 }, (_, town) => `town ${town}`),
    },
  ];
  const frame: Frame = { rows, columns };
  const actual = Int32Array.from({ length: rows }, (_, row) =>
    Number(2 * drawn(at(row), 1) + ((at(row) * 5) % 4) - 1.5 > 0),
  );
  return { frame, targets: { kind: "classes", classes: 2, actual } };
}

function problemOf(features: object): TableProblem {
  const recipe = parseRecipe({
    name: "t",
    task: "tabular-classification",
    data: { source: "t.csv" },
    features,
    train: { rounds: 20, trees: 5, bags: 2, minRowsPerLeaf: 5, threads: 1, epochs: 2 },
  }) as TableRecipe;
  return { train: lessonFrom(0, ROWS), validation: lessonFrom(ROWS, 40), recipe };
}

const context = { onProgress: () => {}, shouldStop: () => false };
const learn = (features: object) => {
  const { train, recipe } = problemOf(features);
  return learnFeatures(train, { preset: "forTrees", recipe, shouldStop: () => false });
};

test.each([
  { by: "model", most: 2 },
  { by: "recursive", most: 2 },
  { by: "mutual-information", most: 2 },
  { by: "f-score", most: 2 },
])("what tells is kept: %j", async (select) => {
  const { inputs, words, reductionWords } = await learn({ select });
  expect(inputs.map(({ name }) => name)).toEqual(["size", "town"]);
  expect(words.map(({ column }) => column)).toEqual(["size", "town"]);
  expect(reductionWords).toEqual([`2 of 6 numbers are kept, by ${select.by}`]);
});

const WAYS = {
  "means of the target, that trees select": {
    kinds: { category: { encode: "target" } },
    select: { by: "model", most: 3 },
  },
  "discriminants of hashed towns": {
    columns: { town: { encode: "hash", buckets: 3 }, d: { encode: "drop" } },
    reduce: { by: "lda", components: 4 },
  },
  "the middle of an autoencoder": { reduce: { by: "autoencoder", components: 3 } },
};

test.each(Object.entries(WAYS))("every model computes in its graph what it predicts of %s", async (_, features) => {
  const problem = problemOf(features);
  const runtime = await defaultRuntime();
  const { frame } = lessonFrom(500, 30);
  for (const kind of Object.keys(LEARNERS) as TableModelKind[]) {
    const model = (await LEARNERS[kind].fit(problem, context))!;
    const graph = new TableGraph();
    graph.builder.output(graph.builder.op("Identity", [graph.blend([{ model, weight: 1 }])]), "predicted");
    const session = await runtime.createSession(encodeModel(graph.build()), { threads: 1 });
    const { predicted } = await session.run(frameFeeds(graph.columns, frame), ["predicted"]);
    const here = await model.predict(frame);
    const there = predicted!.data as Float32Array;
    // A threshold of a tree may lie within a rounding error of what a projection gives.
    const apart = here.filter((value, i) => Math.abs(value - there[i]!) > 1e-4);
    expect([kind, apart.length <= here.length / 20]).toEqual([kind, true]);
    session.release();
    await model.release?.();
  }
});

test("models that read alike share what they read in the graph, and words say what each does", async () => {
  const problem = problemOf({ columns: { town: { encode: "ordinal" } } });
  const models: LearntTable[] = [];
  for (const kind of ["boosted-trees", "random-forest", "linear"] as const)
    models.push((await LEARNERS[kind].fit(problem, context))!);
  expect(models[0]!.features[0]).toBe(models[1]!.features[0]);
  const parts = models.map((model, i) => {
    return { kind: (["boosted-trees", "random-forest", "linear"] as const)[i]!, model, weight: 1 / 3 };
  });
  const { columns, together } = featureWords(parts);
  expect(together).toEqual([]);
  expect(columns.find(({ column }) => column === "size")!.words).toEqual([
    "boosted-trees, random-forest: the number",
    expect.stringMatching(
      /^linear: the number, missing ones by the median, -?0\.\d+, scaled to mean 0 and deviation 1, clipped to ±10$/,
    ),
  ]);
  expect(columns.find(({ column }) => column === "town")!.words[0]).toMatch(
    /^boosted-trees, random-forest: its place in town 0, town 1, town 2, town 3$/,
  );
});
