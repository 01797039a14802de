import { expect, test } from "vitest";
import { mixedRows, takeTreeRows } from "../testing/tree-rows.ts";
import { type TreeLesson, trainSeveralTrees } from "./train-several.ts";
import { trainTrees } from "./train-trees.ts";

const rows = mixedRows(400);
const held = takeTreeRows(
  rows,
  Array.from({ length: 100 }, (_, row) => 4 * row),
);
const lessons = [1, 2, 3].map(
  (seed): TreeLesson => ({
    data: { ...rows, validation: held },
    options: { objective: "squared", rounds: 4 + seed, leaves: 6, rowsPerTree: 0.8, patience: 3, seed },
  }),
);

test("gives the trees that each training alone gives, whatever the number of threads", async () => {
  const alone = [];
  for (const { data, options } of lessons) alone.push(await trainTrees(data, options));
  for (const threads of [1, 2, 5]) expect(await trainSeveralTrees(lessons, { threads })).toEqual(alone);
});

test("tells of the rounds of all", async () => {
  const told = lessons.map(() => 0);
  await trainSeveralTrees(lessons, { threads: 2, onRound: (lesson, round) => (told[lesson] = round) });
  expect(told).toEqual([5, 6, 7]);
});

test.each([1, 2])("ends when it is asked to, and can be asked again: %i threads", async (threads) => {
  let rounds = 0;
  const onRound = () => rounds++;
  expect(await trainSeveralTrees(lessons, { threads, onRound, shouldStop: () => rounds >= 2 })).toBeUndefined();
  expect(await trainSeveralTrees(lessons, { threads })).toHaveLength(3);
});

test("refuses rows that trees cannot be grown on with the error of one training", async () => {
  const wrong = { ...lessons[0]!, data: { ...rows, target: rows.target.map(() => Number.NaN) } };
  for (const threads of [1, 2])
    await expect(trainSeveralTrees([lessons[1]!, wrong], { threads })).rejects.toMatchObject({
      code: "TRAINING_TREES_DATA",
    });
});
