#!/usr/bin/env node
// What classifiers reach with a few rows per label, and how long they train: fineTune contrastive and frozen of a published encoder on
// BANKING77, beside SetFit with its defaults on the same rows and cores. Each draw is a stratified sample of the training rows.
//
// node bench/few-shot/run.mjs --python PYTHON [--rows 8] [--draws 1,2,3] [--labels 77] [--iterations 0] [--threads 2]
//   [--ways contrastive,frozen,setfit] [--data ../shared/data/banking77] [--base ../shared/models/all-MiniLM-L6-v2] [--keep folder]
// (npx tsc -b first; the header of setfit_peer.py says what Python needs)
//
// --iterations 0 leaves SetFit all its defaults: every pair of rows once and, of the rarer kind, again: with 8 rows for each of 77 labels
// 23,409 updates, hours on two cores. --iterations 20 is what its paper takes: 1,540. --labels takes so many labels by chance.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { openTable } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { loadModel } from "modelwright";
import { describeMachine, machineTitle } from "../machine.mjs";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "8" },
    draws: { type: "string", default: "1,2,3" },
    labels: { type: "string", default: "77" },
    iterations: { type: "string", default: "0" },
    ways: { type: "string", default: "contrastive,frozen,setfit" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    python: { type: "string", default: "python3" },
    data: { type: "string", default: "../shared/data/banking77" },
    base: { type: "string", default: "../shared/models/all-MiniLM-L6-v2" },
    keep: { type: "string" },
  },
});
const RESAMPLES = 10_000;
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const [data, base] = [resolve(values.data), resolve(values.base)];
const folder = values.keep ? resolve(values.keep) : mkdtempSync(join(os.tmpdir(), "modelwright-few-shot-"));
const execute = promisify(execFile);
const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

async function rowsOf(name) {
  const rows = [];
  for await (const { cells } of (await openTable(join(data, name), { baseDir: ".", wanted: [] })).rows) {
    rows.push({ text: String(cells[0]), label: String(cells[1]) });
  }
  return rows;
}

/** `count` items by chance, each at most once. */
function sample(items, count, random) {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(random.integer(left.length), 1)[0]);
}

function writeRows(name, rows) {
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const file = join(folder, name);
  writeFileSync(
    file,
    `text,category\n${rows.map(({ text, label }) => `${quoted(text)},${quoted(label)}`).join("\n")}\n`,
  );
  return file;
}

/** What differs from the defaults by the way to fine-tune: early stopping of a head alone has a tenth of the rows. */
const SPLITS = { frozen: { validation: 0.1 } };

/** A way to a classifier: `run` gives its labels for the test rows. */
const own = (fineTune) => ({
  name: `Modelwright, ${fineTune}`,
  run: async ({ draw, train, test, rows }) => {
    const name = `${fineTune}-${draw}`;
    const recipe = {
      name,
      task: "text-classification",
      data: { source: train, test, columns: { text: "text", label: "category" }, split: SPLITS[fineTune] },
      model: { base, fineTune },
      train: { seed: draw, threads: Number(values.threads), vectorCache: false },
      evaluate: { baselines: [], bootstrap: 100 },
    };
    const file = join(folder, `${name}.json`);
    const registry = join(folder, "registry");
    writeFileSync(file, JSON.stringify(recipe));
    await execute(process.execPath, [
      pathOf("../../packages/modelwright/bin/modelwright.js"),
      "train",
      file,
      "--registry",
      registry,
    ]);
    const model = await loadModel(name, { registry });
    const predicted = await model.predict(rows.map(({ text }) => text));
    model.release();
    return predicted.map(({ label }) => label);
  },
});
const setfit = {
  name: `SetFit, ${values.iterations === "0" ? "its defaults" : `${values.iterations} iterations`}`,
  run: async ({ draw, train, test }) => {
    const args = [pathOf("setfit_peer.py"), values.iterations, String(draw), values.threads, base, train, test];
    const { stdout } = await execute(values.python, args, { maxBuffer: 2 ** 28 });
    return JSON.parse(stdout.trim().split("\n").at(-1)).predicted;
  },
};
const ways = values.ways
  .split(",")
  .map((way) => (way === "setfit" ? setfit : own(way)))
  .map((way) => ({ ...way, right: [], seconds: [] }));

mkdirSync(folder, { recursive: true });
try {
  const [all, allTest] = [await rowsOf("train.csv"), await rowsOf("test.csv")];
  const names = [...new Set(all.map(({ label }) => label))].toSorted();
  for (const draw of values.draws.split(",").map(Number)) {
    const random = RandomSource.fromSeed(draw);
    const labels = new Set(sample(names, Math.min(names.length, Number(values.labels)), random));
    const few = [...labels].flatMap((label) =>
      sample(
        all.filter((row) => row.label === label),
        Number(values.rows),
        random,
      ),
    );
    const rows = allTest.filter(({ label }) => labels.has(label));
    const [train, test] = [writeRows(`train-${draw}.csv`, few), writeRows(`test-${draw}.csv`, rows)];
    for (const way of ways) {
      const kept = join(folder, `${way.name.replaceAll(/\W+/g, "-")}-${draw}.result.json`);
      if (!existsSync(kept)) {
        const start = performance.now();
        const predicted = await way.run({ draw, train, test, rows });
        writeFileSync(kept, JSON.stringify({ predicted, seconds: (performance.now() - start) / 1000 }));
      }
      const { predicted, seconds } = JSON.parse(readFileSync(kept, "utf8"));
      const right = rows.map(({ label }, i) => Number(predicted[i] === label));
      way.right.push(right);
      way.seconds.push(seconds);
      console.log(`draw ${draw}, ${way.name}: accuracy ${mean(right).toFixed(4)}, ${seconds.toFixed(0)} s`);
    }
  }
  console.log(`\n${machineTitle(describeMachine())}; load ${os.loadavg()[0].toFixed(1)} at the end`);
  const [first, ...others] = ways;
  console.log(`${first.name}: accuracy ${mean(first.right.flat()).toFixed(4)}, ${mean(first.seconds).toFixed(0)} s`);
  for (const other of others) {
    const differences = first.right.flat().map((value, i) => value - other.right.flat()[i]);
    const [low, high] = interval(differences);
    const times = mean(other.seconds) / mean(first.seconds);
    console.log(
      `${other.name}: accuracy ${mean(other.right.flat()).toFixed(4)}, ${mean(other.seconds).toFixed(0)} s (${times.toFixed(1)} ×); the first is ahead by ${mean(differences).toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
    );
  }
} finally {
  if (!values.keep) rmSync(folder, { recursive: true });
}

/** 95 % of the means of resamples, paired by test row. */
function interval(differences) {
  const random = RandomSource.fromSeed(7);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += differences[random.integer(differences.length)];
    return sum / differences.length;
  }).sort();
  return [means[Math.floor(0.025 * RESAMPLES)], means[Math.floor(0.975 * RESAMPLES)]];
}
