#!/usr/bin/env node
// How well the default recipe predicts unseen rows of tables, beside LightGBM and scikit-learn's histogram boosting with their defaults: 5 folds,
// shuffled, seed 0, the predictions of all folds pooled.
//
// node bench/tables/run.mjs [--python PYTHON] [--threads 2] [--tables churn,credit,ames,concrete] [--set train.bags=8]
//   [--data ../shared/data/tabular] [--keep FOLDER] [--autogluon PYTHON]
// (npx tsc -b first; the headers of ../trees/tree_peer.py and autogluon_peer.py say what Python needs)
//
// Of each fold ours is `train()` on a CSV of the other rows, with the fold as its test file: reading, all models of the blend, evaluation and
// report are within the seconds. --keep keeps the peers' predictions, which a later run takes from there.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { loadModel, train } from "modelwright";
import { describeMachine, machineTitle } from "../machine.mjs";
import { ahead, asNumbers, itemOf, METRICS, readCells, TABLES, writeProblem, writeRows } from "./measured-tables.mjs";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    tables: { type: "string", default: TABLES.map(({ name }) => name).join(",") },
    set: { type: "string", multiple: true, default: [] },
    data: { type: "string", default: "../shared/data/tabular" },
    keep: { type: "string" },
    autogluon: { type: "string" },
  },
});
/** Seconds that AutoGluon may train for, on each fold. */
const AUTOGLUON_SECONDS = 60;
const TREE_PEER = "../trees/tree_peer.py";
/** The peers, and how each is asked for the scores of all folds of a table. */
const PEERS = [
  { title: "LightGBM", ask: (_, place) => peer(TREE_PEER, ["lightgbm", place, values.threads, "0"]) },
  { title: "scikit-learn", ask: (_, place) => peer(TREE_PEER, ["sklearn", place, values.threads, "0"]) },
  ...(values.autogluon === undefined ? [] : [{ title: "AutoGluon", ask: askAutogluon }]),
];
const execute = promisify(execFile);
const folder = values.keep ? resolve(values.keep) : mkdtempSync(join(os.tmpdir(), "modelwright-tables-"));
const set = Object.fromEntries(values.set.map((each) => each.split("=")));

async function peer(program, args, python = values.python) {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await execute(python, [file, ...args], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function askAutogluon({ file, target, yes = "" }, place) {
  const args = [file, target, yes, place, values.threads, String(AUTOGLUON_SECONDS)];
  return peer("autogluon_peer.py", args, values.autogluon);
}

/** The predictions of a peer for the rows of all folds, and the seconds of each training where it tells them. */
async function peerScores({ title, ask }, table, place) {
  const kept = join(place, `${title}.json`);
  if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(await ask(table, place)));
  const { scores, seconds } = JSON.parse(readFileSync(kept, "utf8"));
  return { scores: scores.flat(), seconds };
}

/** "41.2 s per fold, 55.0 at most". */
function perFold(seconds) {
  const mean = seconds.reduce((a, b) => a + b) / seconds.length;
  return `${mean.toFixed(1)} s per fold, ${Math.max(...seconds).toFixed(1)} at most`;
}

/** What differs between the tasks. */
const WAYS = {
  classes: {
    task: "tabular-classification",
    role: "label",
    options: { all: true },
    score: ({ probabilities }, yes) => probabilities.find(({ label }) => label === yes).probability,
  },
  numbers: { task: "tabular-regression", role: "target", options: {}, score: ({ value }) => value },
};

/** The predictions of the default recipe for the rows of a fold, and how long it took. */
async function ownScores({ name, target, yes }, { place, cells, test, fold }) {
  const { task, role, options, score } = WAYS[yes === undefined ? "numbers" : "classes"];
  const isTest = new Set(test);
  const others = [...cells.rows.keys()].filter((row) => !isTest.has(row));
  const data = {
    source: writeRows(join(place, "train.csv"), cells, others),
    test: writeRows(join(place, "test.csv"), cells, test),
    columns: { [role]: target },
  };
  const registry = join(place, "registry");
  const recipe = { name: `${name}-${fold}`, task, data, train: { threads: Number(values.threads) } };
  const start = performance.now();
  const { version } = await train(recipe, { registry, set });
  const seconds = (performance.now() - start) / 1000;
  const model = await loadModel(`${recipe.name}:${version}`, { registry, task });
  const items = test.map((row) => itemOf(model.manifest.preprocessing.columns, cells, cells.rows[row]));
  const answers = await model.predict(items, { options });
  const blend = model.manifest.model.parts.map(({ kind, weight }) => `${kind} ${weight.toFixed(2)}`).join(", ");
  model.release();
  rmSync(registry, { recursive: true });
  return { scores: answers.map((answer) => score(answer, yes)), seconds, blend };
}

async function measure(table) {
  const place = join(folder, table.name);
  mkdirSync(place, { recursive: true });
  const file = join(resolve(values.data), `${table.name}.csv`);
  const cells = await readCells(file);
  const folds = await peer(TREE_PEER, ["folds", String(cells.rows.length)]);
  const problem = asNumbers(cells, table);
  writeProblem(place, { ...problem, folds });
  const target = folds.flat().map((row) => problem.target[row]);
  const metric = METRICS[table.yes === undefined ? "r2" : "auc"];
  const runs = [];
  for (const [fold, test] of folds.entries()) {
    const run = await ownScores(table, { place, cells, test, fold });
    console.error(`${table.name}, fold ${fold + 1}: ${run.seconds.toFixed(1)} s; ${run.blend}`);
    runs.push(run);
  }
  const own = runs.flatMap(({ scores }) => scores);
  console.log(`\n${table.name}, ${metric.title} of 5 folds pooled`);
  const seconds = runs.map((run) => run.seconds);
  console.log(`${"Modelwright".padEnd(14)}${metric.of(target, own).toFixed(4)}  ${perFold(seconds)}`);
  for (const each of PEERS) {
    const { scores: other, seconds: spent } = await peerScores(each, { ...table, file }, place);
    const { difference, low, high } = ahead(metric.of, target, { own, other });
    const interval = `[${low.toFixed(4)}, ${high.toFixed(4)}]`;
    const line = `${metric.of(target, other).toFixed(4)}  Modelwright ahead by ${difference.toFixed(4)} ${interval}`;
    console.log(`${each.title.padEnd(14)}${line}${spent.length === 0 ? "" : `; ${perFold(spent)}`}`);
  }
}

try {
  console.log(`${machineTitle(describeMachine())}; ${values.threads} thread(s); load ${os.loadavg()[0].toFixed(1)}`);
  const wanted = values.tables.split(",");
  for (const table of TABLES.filter(({ name }) => wanted.includes(name))) await measure(table);
} finally {
  if (!values.keep) rmSync(folder, { recursive: true });
}
