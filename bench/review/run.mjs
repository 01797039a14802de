#!/usr/bin/env node
// What labels are worth by the order in which they are asked for: a first model learns from few rows; its recorded predictions are put into
// the order of the review queue, the first of them are labelled by the truth, a model learns from all labels, and so on. Accuracy on
// test rows after each step, and its mean over the steps, by order; every order starts from the same rows.
//
// node bench/review/run.mjs [--only hotel|food|bank] [--orders mixed,uncertainty,diversity,random] [--seeds 5] [--shared ../shared]
// (npx tsc -b first)
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { openTable, seededRandom, shuffle } from "../../packages/data/dist/index.js";
import { softmaxRows } from "../../packages/evaluation/dist/index.js";
import { nextReviews } from "../../packages/modelwright/dist/review/next-reviews.js";
import { trainNgramModel } from "../../packages/training/dist/index.js";
import { describeMachine, machineTitle } from "../machine.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    orders: { type: "string", default: "random,mixed,uncertainty,diversity" },
    seeds: { type: "string", default: "5" },
    shared: { type: "string", default: "../shared" },
  },
});
const data = resolve(values.shared, "data");

/** `first` rows are labelled at the start, then `batch` more, `steps` times, of a pool of `pool` rows that were served. */
const SETS = {
  hotel: {
    title: "Chinese hotel reviews, 2 labels",
    files: ["chnsenticorp-hotel/hotel.csv"],
    columns: ["review", "label"],
    ...{ first: 50, batch: 50, steps: 7, pool: 3000, tested: 2000 },
  },
  food: {
    title: "English food reviews, 2 labels",
    files: ["fine-food/train.csv", "fine-food/test.csv"],
    columns: ["review", "score"],
    ...{ first: 50, batch: 50, steps: 7, pool: 3000 },
  },
  bank: {
    title: "English questions to a bank, 77 labels",
    files: ["banking77/train.csv", "banking77/test.csv"],
    columns: ["text", "category"],
    ...{ first: 200, batch: 150, steps: 4, pool: 5000 },
  },
};

async function readRows(file, [text, label]) {
  const table = await openTable(resolve(data, file), { baseDir: ".", wanted: [] });
  const rows = [];
  for await (const { cells } of table.rows) {
    const [item, truth] = [cells[table.columns.indexOf(text)], cells[table.columns.indexOf(label)]];
    if (item && truth) rows.push({ item, truth });
  }
  return rows;
}

/** Probabilities of texts by a model that learns from labelled rows, a fifth of which choose its learning rate. */
async function learn(rows, labels, seed) {
  const width = labels.length;
  const [validation, train] = [true, false].map((kept) => rows.filter((_, i) => (i % 5 === 0) === kept));
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const model = await trainNgramModel({
    train: train.map(({ item }) => item),
    validation: validation.map(({ item }) => item),
    width,
    seed,
    gradient: (scores, row) => {
      scores.set(softmaxRows(scores, width));
      scores[classOf.get(train[row].truth)] -= 1;
    },
    loss: (logits) => {
      const probabilities = softmaxRows(logits, width);
      return validation.reduce(
        (sum, { truth }, row) => sum - Math.log(probabilities[row * width + classOf.get(truth)] + 1e-12),
        0,
      );
    },
  });
  return (texts) => softmaxRows(model.logits(texts), width);
}

/** As much of a registry as the queue asks for: predictions of a model, none of them labelled. */
function recorded(rows, probabilities, labels) {
  const answers = rows.map((_, row) =>
    labels
      .map((label, at) => ({ label, probability: probabilities[row * labels.length + at] }))
      .sort((a, b) => b.probability - a.probability),
  );
  const predictions = rows.map(({ item }, row) => ({
    ...{ id: `${row}.0`, model: "m", version: 1, arm: "champion", at: "", latencyMs: 0, item },
    answer: { ...answers[row][0], probabilities: answers[row] },
  }));
  const version = { manifest: { task: "text-classification", name: "m", version: 1, labels } };
  const pages = (page) =>
    (async function* () {
      yield page;
    })();
  return {
    resolve: async () => version,
    getVersion: async () => version,
    stores: { predictions: { scan: () => pages(predictions) }, feedback: { scan: () => pages([]) } },
  };
}

/** Accuracy on the test rows after each step. */
async function labelInOrder(order, { set, rows, test, labels, seed }) {
  let labelled = rows.slice(0, set.first);
  let pool = rows.slice(set.first, set.first + set.pool);
  const reached = [];
  for (let step = 0; ; step++) {
    const predict = await learn(labelled, labels, seed);
    const found = predict(test.map(({ item }) => item));
    const right = test.filter(({ truth }, row) => {
      const own = found.subarray(row * labels.length, (row + 1) * labels.length);
      return labels[own.indexOf(Math.max(...own))] === truth;
    });
    reached.push(right.length / test.length);
    if (step === set.steps) return reached;
    const registry = recorded(pool, predict(pool.map(({ item }) => item)), labels);
    const { items } = await nextReviews(registry, "m", { order, count: set.batch, seed });
    const asked = new Set(items.map(({ prediction }) => Number.parseInt(prediction, 10)));
    labelled = [...labelled, ...pool.filter((_, row) => asked.has(row))];
    pool = pool.filter((_, row) => !asked.has(row));
  }
}

const percents = (shares) => shares.map((share) => (100 * share).toFixed(1)).join("  ");
const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

console.log(machineTitle(await describeMachine()));
for (const [name, set] of Object.entries(SETS).filter(([name]) => [undefined, name].includes(values.only))) {
  const files = await Promise.all(set.files.map((file) => readRows(file, set.columns)));
  console.log(`\n${set.title}: ${set.first} labels, then ${set.batch} more ${set.steps} times`);
  const areas = {};
  for (const order of values.orders.split(",")) {
    const runs = [];
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const [all, ...others] = files.map((file) => [...file]);
      shuffle(all, seededRandom(seed, 0));
      // Of one file the test rows are the same for every seed, spread over it.
      const test = others[0] ?? files[0].filter((_, row) => row % Math.floor(files[0].length / set.tested) === 0);
      const held = new Set(test);
      const rows = all.filter((row) => !held.has(row));
      const labels = [...new Set(files.flat().map(({ truth }) => truth))].sort();
      runs.push(await labelInOrder(order, { set, rows, test, labels, seed }));
    }
    const steps = runs[0].map((_, step) => mean(runs.map((run) => run[step])));
    areas[order] = runs.map((run) => mean(run.slice(1)));
    const gains = areas[order].map((area, seed) => area - areas[values.orders.split(",")[0]][seed]);
    const spread = `${percents([Math.min(...gains)])} to ${percents([Math.max(...gains)])}`;
    console.log(
      `${name} ${order.padEnd(12)} ${percents(steps)}  mean ${percents([mean(areas[order])])}  against the first order ${percents([mean(gains)])} (${spread})`,
    );
  }
}
