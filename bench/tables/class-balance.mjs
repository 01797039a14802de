#!/usr/bin/env node
// What balancing labels does to predictions of a table: 5 folds, shuffled, seed 0, the predictions of all folds pooled, for each way to balance.
//
// node bench/tables/class-balance.mjs [--table credit] [--set model.kind=boosted-trees] [--threads 1] [--data ../shared/data/tabular]
//   [--way none --way "smote:train.resample=smote"]
// (npx tsc -b first)
//
// Labels are those of the larger probability; the Brier score is the mean squared distance of the probability from 0 or 1.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { RandomSource } from "@modelwright/engine";
import { loadModel, train } from "modelwright";
import { describeMachine, machineTitle } from "../machine.mjs";
import { itemOf, METRICS, readCells, TABLES, writeRows } from "./measured-tables.mjs";

const { values } = parseArgs({
  options: {
    table: { type: "string", default: "credit" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    set: { type: "string", multiple: true, default: [] },
    way: {
      type: "string",
      multiple: true,
      default: [
        "none",
        "weights:train.classWeights=balanced",
        ...["over", "under", "smote"].map((by) => `${by}:train.resample=${by}`),
      ],
    },
    data: { type: "string", default: "../shared/data/tabular" },
  },
});
const FOLDS = 5;
const TASK = "tabular-classification";
const table = TABLES.find(({ name, yes }) => name === values.table && yes !== undefined);
if (table === undefined) throw new Error(`--table: one of ${TABLES.flatMap(({ name, yes }) => yes ?? [name])}`);
const place = mkdtempSync(join(os.tmpdir(), "modelwright-balance-"));

const settings = (pairs) => Object.fromEntries(pairs.map((pair) => pair.split("=")));

/** The probability of the label `yes` for the rows of a fold. */
async function scoresOf(cells, test, set) {
  const isTest = new Set(test);
  const others = [...cells.rows.keys()].filter((row) => !isTest.has(row));
  const data = {
    source: writeRows(join(place, "train.csv"), cells, others),
    test: writeRows(join(place, "test.csv"), cells, test),
    columns: { label: table.target },
  };
  const registry = join(place, "registry");
  const recipe = { name: "balance", task: TASK, data, train: { threads: Number(values.threads) } };
  const { version } = await train(recipe, { registry, set });
  const model = await loadModel(`balance:${version}`, { registry, task: TASK });
  const items = test.map((row) => itemOf(model.manifest.preprocessing.columns, cells, cells.rows[row]));
  const answers = await model.predict(items, { options: { all: true } });
  model.release();
  rmSync(registry, { recursive: true });
  return answers.map(({ probabilities }) => probabilities.find(({ label }) => label === table.yes).probability);
}

const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const FIGURES = {
  AUC: (target, scores) => METRICS.auc.of(target, scores),
  recall: (target, scores) => mean(scores.filter((_, i) => target[i] === 1).map((score) => Number(score > 0.5))),
  "balanced accuracy": (target, scores) =>
    mean(
      [0, 1].map((own) =>
        mean(scores.filter((_, i) => target[i] === own).map((score) => Number(score > 0.5 === (own === 1)))),
      ),
    ),
  "log loss": (target, scores) => mean(scores.map((score, i) => -Math.log(target[i] === 1 ? score : 1 - score))),
  Brier: (target, scores) => mean(scores.map((score, i) => (score - target[i]) ** 2)),
  "mean probability": (_, scores) => mean(scores),
};

try {
  console.log(`${machineTitle(describeMachine())}; ${values.threads} thread(s); load ${os.loadavg()[0].toFixed(1)}`);
  const cells = await readCells(join(resolve(values.data), `${table.name}.csv`));
  const order = RandomSource.fromSeed(0).shuffle([...cells.rows.keys()]);
  const folds = Array.from({ length: FOLDS }, (_, fold) => order.filter((_, at) => at % FOLDS === fold));
  const at = cells.columns.indexOf(table.target);
  const target = folds.flat().map((row) => Number(cells.rows[row][at] === table.yes));
  console.log(`${table.name}, ${target.length} rows, ${(mean(target) * 100).toFixed(1)} % ${table.yes}\n`);
  console.log(["way".padEnd(10), ...Object.keys(FIGURES)].join("  "));
  for (const way of values.way) {
    const [name, ...pairs] = way.split(/[:,]/);
    const start = performance.now();
    const scores = [];
    for (const test of folds) scores.push(...(await scoresOf(cells, test, settings([...values.set, ...pairs]))));
    const figures = Object.entries(FIGURES).map(([title, of]) => of(target, scores).toFixed(4).padStart(title.length));
    const seconds = (performance.now() - start) / 1000 / FOLDS;
    console.log([name.padEnd(10), ...figures, `${seconds.toFixed(1)} s per fold`].join("  "));
  }
} finally {
  rmSync(place, { recursive: true });
}
