import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classedRows, featureMatrix, mixedRows, takeTreeRows } from "../testing/tree-rows.ts";
import { trainTrees } from "./train-trees.ts";
import type { TreeData } from "./tree-data.ts";
import { type TreeEnsemble, treeImportance, treeScores } from "./tree-ensemble.ts";
import type { TreeOptions } from "./tree-options.ts";

const data = mixedRows(400);
const small = { rounds: 8, leaves: 6, minRowsInLeaf: 5, minRowsPerGroup: 5, learningRate: 0.3 } as const;
const squared = { objective: "squared", ...small } as const satisfies TreeOptions;

const scoresOf = (ensemble: TreeEnsemble, rows: TreeData = data) => treeScores(ensemble, featureMatrix(rows));

/** The share of the target's variance that scores explain. */
function explained(rows: TreeData, scores: ArrayLike<number>): number {
  const mean = rows.target.reduce((sum, value) => sum + value, 0) / rows.rows;
  const squares = (of: (row: number) => number) => rows.target.reduce((sum, _, row) => sum + of(row) ** 2, 0);
  return 1 - squares((row) => rows.target[row]! - scores[row]!) / squares((row) => rows.target[row]! - mean);
}

const accuracy = (rows: TreeData, classOf: (row: number) => number) =>
  rows.target.filter((actual, row) => classOf(row) === actual).length / rows.rows;

function greatest(scores: ArrayLike<number>, row: number, outputs: number): number {
  const own = Array.from({ length: outputs }, (_, output) => scores[row * outputs + output]!);
  return own.indexOf(Math.max(...own));
}

describe("trainTrees", () => {
  const unseen = mixedRows(300, 2);

  test.each(["squared", "absolute", "huber"] as const)("learns numbers by the loss %s", async (objective) => {
    const ensemble = await trainTrees(data, { ...squared, objective, rounds: 30, delta: 3 });
    expect(explained(unseen, scoresOf(ensemble, unseen))).toBeGreaterThan(0.9);
  });

  test("learns two classes and several", async () => {
    const [two, three] = [classedRows(data, [1]), classedRows(data, [-1, 2])];
    const [ofTwo, ofThree] = [classedRows(unseen, [1]), classedRows(unseen, [-1, 2])];
    const binary = scoresOf(await trainTrees(two, { ...squared, objective: "logistic", rounds: 20 }), unseen);
    expect(accuracy(ofTwo, (row) => Number(binary[row]! > 0))).toBeGreaterThan(0.9);
    const several = await trainTrees(three, { ...squared, objective: "softmax", classes: 3, rounds: 20 });
    expect(several.trees.length).toBe(60);
    const scores = scoresOf(several, unseen);
    expect(accuracy(ofThree, (row) => greatest(scores, row, 3))).toBeGreaterThan(0.85);
  });

  test("learns quantiles that cover their share of unseen rows", async () => {
    const noisy = (rows: TreeData) => ({ ...rows, target: rows.target.map((_, row) => (row * 7919) % 1000) });
    for (const quantile of [0.1, 0.9]) {
      const ensemble = await trainTrees(noisy(mixedRows(2000)), {
        ...squared,
        objective: "quantile",
        quantile,
        minRowsInLeaf: 100,
      });
      const scores = scoresOf(ensemble, unseen);
      const covered = noisy(unseen).target.filter((value, row) => value <= scores[row]!).length / unseen.rows;
      expect(Math.abs(covered - quantile)).toBeLessThan(0.06);
    }
  });

  test("a forest averages trees that are as large as they get", async () => {
    const forest = await trainTrees(data, { objective: "squared", method: "forest", rounds: 30, columnsPerSplit: 1 });
    expect(explained(unseen, scoresOf(forest, unseen))).toBeGreaterThan(0.9);
    const [three, ofThree] = [classedRows(data, [-1, 2]), classedRows(unseen, [-1, 2])];
    const shares = await trainTrees(three, { objective: "softmax", classes: 3, method: "forest", rounds: 30 });
    const scores = scoresOf(shares, unseen);
    expect(shares.link).toBe("share");
    expect(accuracy(ofThree, (row) => greatest(scores, row, 3))).toBeGreaterThan(0.8);
    expect(Math.min(...scores)).toBeGreaterThan(-1e-6);
    expect(Math.max(...scores)).toBeLessThan(1 + 1e-6);
  });

  test.each([
    ["boosting", { ...squared, rowsPerTree: 0.7, columnsPerTree: 0.7, columnsPerSplit: 0.7 }],
    ["a forest", { ...squared, method: "forest", minRowsInLeaf: 2 }],
  ] as const)("gives the same bits with any number of threads: %s", async (_, options) => {
    const rows = mixedRows(20_000);
    const [one, three] = await Promise.all([1, 3].map((threads) => trainTrees(rows, { ...options, threads })));
    expect(three).toEqual(one);
    expect(await trainTrees(rows, { ...options, seed: 5 })).not.toEqual(one);
  });

  test("gives the same trees for rows in another order", async () => {
    const order = Array.from({ length: data.rows }, (_, row) => (row * 7) % data.rows);
    const [ensemble, other] = [await trainTrees(data, squared), await trainTrees(takeTreeRows(data, order), squared)];
    for (const [i, tree] of ensemble.trees.entries()) expect(other.trees[i]!.threshold).toEqual(tree.threshold);
    const [scores, expected] = [scoresOf(other), scoresOf(ensemble)];
    for (const [row, score] of expected.entries()) expect(scores[row]).toBeCloseTo(score, 5);
  });

  test("a row of weight 2 counts as two rows", async () => {
    const options = { ...squared, minRowsInLeaf: 1, minRowsPerGroup: 1, minHessianInLeaf: 8, categorySmoothing: 0 };
    // So few that every number has a bin of its own.
    const data = mixedRows(200);
    const doubled = Array.from({ length: data.rows }, (_, row) => row).flatMap((row) =>
      row % 3 === 0 ? [row, row] : [row],
    );
    const twice = await trainTrees(takeTreeRows(data, doubled), options);
    const weights = Float64Array.from({ length: data.rows }, (_, row) => (row % 3 === 0 ? 2 : 1));
    const [scores, expected] = [scoresOf(await trainTrees({ ...data, weights }, options), data), scoresOf(twice, data)];
    for (const [row, score] of expected.entries()) expect(scores[row]).toBeCloseTo(score, 5);
  });

  test("rows of weight 0 teach nothing", async () => {
    const weights = data.target.map((_, row) => row % 2);
    const wild = { ...data, weights, target: data.target.map((value, row) => (row % 2 === 0 ? 1e6 : value)) };
    expect((await trainTrees(wild, squared)).trees).toEqual((await trainTrees({ ...data, weights }, squared)).trees);
  });

  test("sends the missing to the better side", async () => {
    const z = data.columns[1]!;
    for (const missing of [-9, 9]) {
      const target = z.values.map((value) => (Number.isNaN(value) ? missing : value > 0.5 ? 10 : -10));
      const rows = { ...data, columns: [z], target: Float64Array.from(target) };
      const ensemble = await trainTrees(rows, { objective: "squared", leaves: 2, rounds: 1, learningRate: 1 });
      const [ofMissing, low, high] = treeScores(ensemble, Float32Array.of(Number.NaN, 0, 1));
      expect(ofMissing).toBe(missing < 0 ? low : high);
      expect(low).toBeLessThan(high!);
    }
  });

  test("finds the two groups of many categories that differ", async () => {
    const values = Float32Array.from({ length: 4000 }, (_, row) => row % 40);
    const target = Float64Array.from(values, (code) => Number([3, 17, 21, 39].includes(code)));
    const rows = { columns: [{ name: "code", values, categories: 50 }], rows: 4000, target };
    const ensemble = await trainTrees(rows, {
      objective: "squared",
      leaves: 2,
      rounds: 1,
      learningRate: 1,
      minRowsPerGroup: 20,
    });
    const scores = treeScores(
      ensemble,
      Float32Array.from({ length: 40 }, (_, code) => code),
    );
    for (const [code, score] of scores.entries()) expect(score).toBeCloseTo(Number([3, 17, 21, 39].includes(code)), 5);
    const [asTheOthers, unseenCode, odd] = treeScores(ensemble, Float32Array.of(0, 45, 1e9));
    expect([unseenCode, odd]).toEqual([asTheOthers, asTheOthers]);
  });

  test.each([1, -1] as const)("keeps to the direction %i of a monotone column", async (monotone) => {
    const noisy = { ...data, target: data.target.map((value, row) => value + 4 * Math.sin(row)) };
    const columns = noisy.columns.map((column) => (column.name === "x" ? { ...column, monotone } : column));
    for (const options of [
      squared,
      { ...squared, objective: "absolute" },
      { ...squared, method: "forest", columnsPerSplit: 0.7 },
    ] as const) {
      const ensemble = await trainTrees({ ...noisy, columns }, { ...options, rounds: 20 });
      fc.assert(
        fc.property(fc.constantFrom(Number.NaN, 0.1, 0.6, 0.9), fc.integer({ min: 0, max: 5 }), (z, kind) => {
          const grid = Array.from({ length: 41 }, (_, i) => [(i - 20) / 8, z, kind]);
          const scores = treeScores(ensemble, Float32Array.from(grid.flat()));
          for (let i = 1; i < 41; i++) expect(monotone * (scores[i]! - scores[i - 1]!)).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 12 },
      );
    }
  });

  test("keeps to leaves, depth, rows of a leaf and gains", async () => {
    const [ensemble, deep] = await Promise.all([
      trainTrees(data, { ...squared, leaves: 5, minRowsInLeaf: 30 }),
      trainTrees(data, { ...squared, leaves: 1000, maxDepth: 2, minRowsInLeaf: 1 }),
    ]);
    for (const { column, rows } of ensemble.trees) {
      expect(column.filter((at) => at < 0).length).toBeLessThanOrEqual(5);
      for (const [node, at] of column.entries()) if (at < 0) expect(rows[node]).toBeGreaterThanOrEqual(30);
    }
    for (const { column } of deep.trees) expect(column.length).toBeLessThanOrEqual(7);
    const none = await trainTrees(data, { ...squared, minGain: 1e9 });
    for (const score of scoresOf(none)) expect(score).toBeCloseTo(none.base[0]!, 9);
  });

  test("ends when the validation loss has not fallen for long, with the trees of the best round", async () => {
    const validation = mixedRows(100, 3);
    const losses: number[] = [];
    const ensemble = await trainTrees(
      { ...data, validation },
      { ...squared, rounds: 1000, learningRate: 0.8, patience: 3 },
      { onRound: ({ validationLoss }) => losses.push(validationLoss!) },
    );
    const best = losses.indexOf(Math.min(...losses));
    expect(losses.length).toBe(best + 1 + 3);
    expect(ensemble.trees.length).toBe(best + 1);
    const left = scoresOf(ensemble, validation).map((score, row) => score - validation.target[row]!);
    expect(Math.sqrt(left.reduce((sum, error) => sum + error ** 2, 0) / 100)).toBeCloseTo(losses[best]!, 9);
  });

  test("goes on after a break as if there had been none", async () => {
    const classed = { ...classedRows(data, [-1, 2]), validation: classedRows(mixedRows(50, 4), [-1, 2]) };
    const options = { ...squared, objective: "softmax", classes: 3, rowsPerTree: 0.8, columnsPerSplit: 0.6 } as const;
    let half: TreeEnsemble | undefined;
    const whole = await trainTrees(classed, options, {
      onRound: ({ round, ensemble }) => {
        if (round === 4) half = ensemble();
      },
    });
    expect(half!.trees.length).toBe(12);
    expect(await trainTrees(classed, options, { resume: half })).toEqual(whole);
    await expect(
      trainTrees(classed, { ...options, objective: "softmax", classes: 4 }, { resume: half }),
    ).rejects.toMatchObject({
      code: "TRAINING_TREES_RESUME",
    });
  });

  test("stops when it is asked to, with the trees so far", async () => {
    let asked = 0;
    const ensemble = await trainTrees(data, squared, { shouldStop: () => asked++ === 3 });
    expect(ensemble.trees.length).toBe(3);
  });

  test("tells which columns were worth something", async () => {
    const noise = { name: "noise", values: Float32Array.from({ length: data.rows }, (_, row) => (row * 31) % 17) };
    const importance = treeImportance(await trainTrees({ ...data, columns: [...data.columns, noise] }, squared));
    const gains = new Map(importance.map(({ name, gain }) => [name, gain]));
    expect(gains.get("kind")).toBeGreaterThan(gains.get("z")!);
    expect(gains.get("z")).toBeGreaterThan(gains.get("noise")!);
    expect(importance.reduce((sum, { splits }) => sum + splits, 0)).toBe(8 * 5);
  });

  test.each([
    ["a short column", { columns: [{ name: "x", values: new Float32Array(2) }] }, 'column "x"'],
    [
      "a code that is none",
      { columns: [{ name: "k", values: new Float32Array(400).fill(7), categories: 7 }] },
      'column "k", row 1',
    ],
    ["no column", { columns: [] }, "the training rows"],
    [
      "more than kernels reach",
      { columns: new Array(9_000_000).fill(data.columns[0]) },
      "the training rows: they take at most 3.3 GiB",
    ],
    ["a target that is no number", { target: new Float64Array(400).fill(Number.NaN) }, "target of row 1"],
    ["a weight below 0", { weights: new Float64Array(400).fill(-1) }, "weight of row 1"],
    ["no weight", { weights: new Float64Array(400) }, "weights"],
    ["other validation columns", { validation: { ...data, columns: data.columns.slice(1) } }, "the validation rows"],
  ])("refuses %s", async (_, change, where) => {
    await expect(trainTrees({ ...data, ...change }, squared)).rejects.toMatchObject({
      code: "TRAINING_TREES_DATA",
      message: expect.stringContaining(where),
    });
  });

  test.each([
    { rounds: 0 },
    { quantile: 1 },
    { bins: 256 },
    { columnsPerTree: 0 },
    { threads: 1.5 },
    { objective: "softmax" as const },
  ])("refuses the option %j", async (options) => {
    await expect(trainTrees(data, { ...squared, ...options })).rejects.toMatchObject({
      code: "TRAINING_OPTION_INVALID",
    });
  });
});
