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
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { RandomSource } from "@modelwright/engine";
import { describeMachine, machineTitle } from "../machine.mjs";
import { ahead, asNumbers, METRICS, readCells, TABLES, writeProblem } from "../tables/measured-tables.mjs";

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
  return { classes: true, categories: new Array(COLUMNS).fill(0), folds: [], features, target };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function measureSpeed() {
  const place = writeProblem(join(folder, "speed"), speedProblem());
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

async function measureQuality() {
  if (!existsSync(resolve(values.data))) {
    console.log(`\nno tables at ${values.data}: quality is not measured`);
    return;
  }
  for (const table of TABLES) {
    const cells = await readCells(join(resolve(values.data), `${table.name}.csv`));
    const folds = await jsonOf(values.python, [pathOf("tree_peer.py"), "folds", String(cells.rows.length)]);
    const problem = { ...asNumbers(cells, table), folds };
    const place = writeProblem(join(folder, table.name), problem);
    const metric = METRICS[problem.classes ? "auc" : "r2"];
    const target = folds.flat().map((row) => problem.target[row]);
    const pooled = new Map();
    for (const { name, run } of PEERS) {
      const { scores } = await run([place, "1", "0"]);
      // Log-odds of ours and probabilities of others have the same order, but not across folds: all become probabilities.
      const isOwn = name === "Modelwright" && problem.classes;
      pooled.set(
        name,
        scores.flat().map((score) => (isOwn ? 1 / (1 + Math.exp(-score)) : score)),
      );
    }
    const own = pooled.get("Modelwright");
    console.log(`\n${table.name}, ${metric.title} of 5 folds pooled`);
    for (const [name, other] of pooled) {
      const line = `${name.padEnd(14)}${metric.of(target, other).toFixed(4)}`;
      const { difference, low, high } = ahead(metric.of, target, { own, other });
      const beside = `  Modelwright ahead by ${difference.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
      console.log(name === "Modelwright" ? line : line + beside);
    }
  }
}

try {
  console.log(`${machineTitle(describeMachine())}; load ${os.loadavg()[0].toFixed(1)}`);
  if (values.only !== "quality") await measureSpeed();
  if (values.only !== "speed") await measureQuality();
} finally {
  rmSync(folder, { recursive: true });
}
