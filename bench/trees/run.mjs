#!/usr/bin/env node
// How long boosted trees train, and how well they predict unseen rows, beside LightGBM and scikit-learn's histogram boosting, all with
// LightGBM's defaults: 255 bins, 31 leaves, 100 rounds, rate 0.1.
//
// node bench/trees/run.mjs [--python PYTHON] [--threads 1,2] [--rounds 3] [--times 4] [--only speed | quality] [--data ../shared/data/tabular]
// (npx tsc -b first; the header of tree_peer.py says what Python needs)
//
// Speed: 50,000 rows of 20 numbers, two classes. Peers take turns, each in a process of its own that trains `times` times, binning included; the
// median of all but each process's first training counts, which compiles. Quality: 5 folds, shuffled, seed 0, the predictions pooled.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { openTable } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { describeMachine, machineTitle } from "../machine.mjs";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    threads: { type: "string", default: [...new Set([1, os.availableParallelism()])].join(",") },
    rounds: { type: "string", default: "3" },
    times: { type: "string", default: "4" },
    only: { type: "string" },
    data: { type: "string", default: "../shared/data/tabular" },
  },
});
const ROWS = 50_000;
const COLUMNS = 20;
const RESAMPLES = 300;
const MISSING = new Set(["", "NA"]);
const TABLES = [
  { name: "churn", target: "churn", yes: "Yes" },
  { name: "credit", target: "Status", yes: "bad" },
  { name: "ames", target: "Sale_Price" },
  { name: "concrete", target: "compressive_strength" },
];

const execute = promisify(execFile);
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-trees-"));

async function jsonOf(program, args) {
  const { stdout } = await execute(program, args, { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const python = (library) => (args) => jsonOf(values.python, [pathOf("tree_peer.py"), library, ...args]);
const PEERS = [
  { name: "Modelwright", run: (args) => jsonOf(process.execPath, [pathOf("modelwright-peer.mjs"), ...args]) },
  { name: "LightGBM", run: python("lightgbm") },
  { name: "scikit-learn", run: python("sklearn") },
];

function writeProblem(name, { problem, features, target }) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "problem.json"), JSON.stringify(problem));
  writeFileSync(join(place, "features.f32"), features);
  writeFileSync(join(place, "target.f64"), target);
  return place;
}

/** Normal numbers; the class depends on five of them, with noise. */
function speedProblem() {
  const random = RandomSource.fromSeed(0);
  const features = new Float32Array(ROWS * COLUMNS);
  const target = new Float64Array(ROWS);
  for (let at = 0; at < features.length; at++) features[at] = normal(random);
  for (let row = 0; row < ROWS; row++) {
    const [a, b, c, d, e] = features.subarray(row * COLUMNS, row * COLUMNS + 5);
    const score = a + b * c + Math.sin(3 * d) + 0.5 * e * e - 0.5;
    target[row] = Number(score + normal(random) > 0);
  }
  return { problem: { classes: true, categories: new Array(COLUMNS).fill(0), folds: [] }, features, target };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/** A table as numbers: columns of other cells are categories, numbered in the order of their names. */
async function tableProblem({ name, target: wanted, yes }) {
  const table = await openTable(join(resolve(values.data), `${name}.csv`), { baseDir: ".", wanted: [] });
  const rows = [];
  for await (const { cells } of table.rows) rows.push(cells.map((cell) => cell ?? ""));
  const names = table.columns;
  const at = names.indexOf(wanted);
  const columns = names.flatMap((_, column) => (column === at ? [] : [rows.map((row) => row[column])]));
  const encoded = columns.map((cells) => {
    const known = cells.filter((cell) => !MISSING.has(cell));
    if (known.every((cell) => Number.isFinite(Number(cell))))
      return { categories: 0, numbers: cells.map((cell) => (MISSING.has(cell) ? Number.NaN : Number(cell))) };
    const order = [...new Set(known)].toSorted();
    const codes = new Map(order.map((cell, code) => [cell, code]));
    return { categories: order.length, numbers: cells.map((cell) => codes.get(cell) ?? Number.NaN) };
  });
  const features = Float32Array.from(rows.flatMap((_, row) => encoded.map(({ numbers }) => numbers[row])));
  const target = Float64Array.from(rows, (row) => (yes === undefined ? Number(row[at]) : Number(row[at] === yes)));
  const folds = await jsonOf(values.python, [pathOf("tree_peer.py"), "folds", String(rows.length)]);
  const categories = encoded.map((column) => column.categories);
  return { problem: { classes: yes !== undefined, categories, folds }, features, target };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function measureSpeed() {
  const place = writeProblem("speed", speedProblem());
  for (const threads of values.threads.split(",")) {
    const seconds = new Map(PEERS.map(({ name }) => [name, { first: [], later: [] }]));
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const { name, run } of PEERS) {
        const [first, ...later] = (await run([place, threads, values.times])).seconds;
        seconds.get(name).first.push(first);
        seconds.get(name).later.push(...later);
      }
    }
    console.log(`\n${ROWS} × ${COLUMNS}, ${threads} thread(s): seconds, and Modelwright's over the peer's`);
    const own = median(seconds.get("Modelwright").later);
    for (const [name, { first, later }] of seconds) {
      const least = Math.min(...later).toFixed(2);
      const line = `${median(later).toFixed(2)} s (first in a process ${median(first).toFixed(2)}, least ${least})`;
      console.log(`${name.padEnd(14)}${line}  × ${(own / median(later)).toFixed(2)}`);
    }
  }
}

/** The share of pairs of rows of both classes that scores order rightly. */
function areaUnderCurve(target, scores) {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  let [ranks, positives] = [0, 0];
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && scores[order[end]] === scores[order[at]]) end++;
    for (let i = at; i < end; i++) {
      if (target[order[i]] !== 1) continue;
      ranks += (at + end + 1) / 2;
      positives++;
    }
    at = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (target.length - positives));
}

function explainedVariance(target, scores) {
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const sum = (of) => target.reduce((total, value, row) => total + of(value, row) ** 2, 0);
  return 1 - sum((value, row) => value - scores[row]) / sum((value) => value - mean);
}

async function measureQuality() {
  if (!existsSync(resolve(values.data))) {
    console.log(`\nno tables at ${values.data}: quality is not measured`);
    return;
  }
  for (const table of TABLES) {
    const made = await tableProblem(table);
    const place = writeProblem(table.name, made);
    const { folds, classes } = made.problem;
    const metric = classes ? areaUnderCurve : explainedVariance;
    const target = folds.flat().map((row) => made.target[row]);
    const pooled = new Map();
    for (const { name, run } of PEERS) {
      const { scores } = await run([place, "1", "0"]);
      // Log-odds of ours and probabilities of others have the same order, but not across folds: all become probabilities.
      const isOwn = name === "Modelwright" && classes;
      pooled.set(
        name,
        scores.flat().map((score) => (isOwn ? 1 / (1 + Math.exp(-score)) : score)),
      );
    }
    const own = pooled.get("Modelwright");
    console.log(`\n${table.name}, ${classes ? "AUC" : "R²"} of 5 folds pooled`);
    for (const [name, scores] of pooled) {
      const line = `${name.padEnd(14)}${metric(target, scores).toFixed(4)}`;
      const [low, high] = interval((rows) => {
        const of = (all) =>
          metric(
            rows.map((row) => target[row]),
            rows.map((row) => all[row]),
          );
        return of(own) - of(scores);
      }, target.length);
      const ahead = `  Modelwright ahead by ${(metric(target, own) - metric(target, scores)).toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
      console.log(name === "Modelwright" ? line : line + ahead);
    }
  }
}

/** 95 % of differences on resamples of the rows. */
function interval(difference, rows) {
  const random = RandomSource.fromSeed(7);
  const all = Array.from({ length: RESAMPLES }, () =>
    difference(Array.from({ length: rows }, () => random.integer(rows))),
  ).toSorted((a, b) => a - b);
  return [all[Math.floor(0.025 * RESAMPLES)], all[Math.floor(0.975 * RESAMPLES)]];
}

try {
  console.log(`${machineTitle(describeMachine())}; load ${os.loadavg()[0].toFixed(1)}`);
  if (values.only !== "quality") await measureSpeed();
  if (values.only !== "speed") await measureQuality();
} finally {
  rmSync(folder, { recursive: true });
}
