#!/usr/bin/env node
// How long it takes from a CSV file to a model whose accuracy on the test rows passes a bar, process start included: recipes of a published
// encoder on BANKING77, beside transformers' Trainer on the same cores.
//
// node bench/time-to-accuracy/run.mjs [--bar 0.92] [--seeds 7,8,9] [--epochs 2,3,4] [--recipes frozen,head-start] [--ways eager,compiled]
//   [--threads 2] [--python python3] [--data ../shared/data/banking77] [--base ../shared/models/all-MiniLM-L6-v2]
// (npx tsc -b first; the header of trainer_peer.py says what Python needs)
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { describeMachine, machineTitle } from "../machine.mjs";

const { values } = parseArgs({
  options: {
    bar: { type: "string", default: "0.92" },
    seeds: { type: "string", default: "7,8,9" },
    epochs: { type: "string", default: "2,3,4" },
    recipes: { type: "string", default: "frozen,head-start" },
    ways: { type: "string", default: "eager,compiled" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    python: { type: "string", default: "python3" },
    data: { type: "string", default: "../shared/data/banking77" },
    base: { type: "string", default: "../shared/models/all-MiniLM-L6-v2" },
  },
});
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const listOf = (text) => text.split(",").filter((word) => word !== "");
const [data, base] = [resolve(values.data), resolve(values.base)];
const files = ["train.csv", "test.csv"].map((name) => join(data, name));
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-time-to-accuracy-"));
const execute = promisify(execFile);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** What the recipes have beside data and base. */
const RECIPES = {
  frozen: { model: { fineTune: "frozen" }, train: {} },
  "head-start": {
    model: { fineTune: "full" },
    train: { epochs: 1, headStart: "vectors", learningRate: 2e-4, schedule: "linear", warmup: 0.1 },
  },
};

/** A way to a model: `run` gives its accuracy on the test rows, and what made it. */
const own = (name) => ({
  name: `Modelwright, ${name}`,
  run: async (seed, round) => {
    const { model, train } = RECIPES[name];
    const recipe = {
      name: `${name}-${round}`,
      task: "text-classification",
      data: {
        source: files[0],
        test: files[1],
        columns: { text: "text", label: "category" },
        split: { validation: 0.1, seed },
      },
      model: { ...model, base },
      // The peer computes no baseline.
      train: { ...train, seed, threads: Number(values.threads), vectorCache: false },
      evaluate: { baselines: [] },
    };
    const file = join(folder, `${recipe.name}.json`);
    writeFileSync(file, JSON.stringify(recipe));
    const program = pathOf("../../packages/modelwright/bin/modelwright.js");
    const args = [program, "train", file, "--registry", join(folder, "registry"), "--json"];
    const { stdout } = await execute(process.execPath, args, { maxBuffer: 2 ** 28 });
    return { accuracy: JSON.parse(stdout).metrics.accuracy.value, version: "this tree" };
  },
});
const trainer = (way, epochs) => ({
  name: `Trainer, ${way}, ${epochs} epochs`,
  run: async (seed) => {
    const args = [pathOf("trainer_peer.py"), way, epochs, String(seed), values.threads, base, ...files];
    const { stdout } = await execute(values.python, args, { maxBuffer: 2 ** 28 });
    return JSON.parse(stdout.trim().split("\n").at(-1));
  },
});

const ways = [
  ...listOf(values.recipes).map(own),
  ...listOf(values.ways).flatMap((way) => listOf(values.epochs).map((epochs) => trainer(way, epochs))),
].map((way) => ({ ...way, seconds: [], accuracies: [] }));
try {
  for (const [round, seed] of listOf(values.seeds).map(Number).entries()) {
    for (const way of ways.filter(({ isOut }) => !isOut)) {
      const start = performance.now();
      try {
        const { accuracy, version } = await way.run(seed, round);
        way.version = version;
        way.seconds.push((performance.now() - start) / 1000);
        way.accuracies.push(accuracy);
        console.log(`seed ${seed}, ${way.name}: ${way.seconds.at(-1).toFixed(1)} s, accuracy ${accuracy.toFixed(4)}`);
      } catch (error) {
        way.isOut = true;
        console.log(`${way.name} takes no part: ${String(error.stderr ?? error.message).slice(-500)}`);
      }
    }
  }
  console.log(`\n${machineTitle(describeMachine())}`);
  console.log(`medians of ${listOf(values.seeds).length} seeds; load ${os.loadavg()[0].toFixed(1)} at the end`);
  const there = ways.filter(({ isOut }) => !isOut);
  const passes = ({ accuracies }) => median(accuracies) >= Number(values.bar);
  const fastest = there.filter(passes).toSorted((a, b) => median(a.seconds) - median(b.seconds))[0];
  for (const way of there) {
    const seconds = median(way.seconds);
    const beside = passes(way)
      ? `${(seconds / median(fastest.seconds)).toFixed(2)} × the fastest`
      : `does not reach ${values.bar}`;
    console.log(
      `${way.name.padEnd(28)} ${seconds.toFixed(1).padStart(7)} s  accuracy ${median(way.accuracies).toFixed(4)}  ${beside.padEnd(20)} (${way.version})`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
