#!/usr/bin/env node
// How much sooner ten folds are done by all cores than by one: the cross-validation of a recipe on one core alone (by taskset, on Linux),
// and on all with a fold for each, by turns, every time in a new process; each fold has one thread. With one fold at a time on all cores
// the compiler and the garbage collector of JavaScript use the others: that is told beside them. The answers of all must be the same.
//
// node bench/folds.mjs [--rounds 3] [--folds 10] [--data ../shared/data/tabular/churn.csv] [--label churn] [--kind boosted-trees] [--rows N]
// (npx tsc -b first)
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { train } from "../packages/modelwright/dist/index.js";
import { describeMachine, machineTitle } from "./machine.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    folds: { type: "string", default: "10" },
    data: { type: "string", default: "../shared/data/tabular/churn.csv" },
    label: { type: "string", default: "churn" },
    kind: { type: "string", default: "boosted-trees" },
    rows: { type: "string" },
    /** Measures in this process, with so many folds at once. */
    parallel: { type: "string" },
  },
});
const execute = promisify(execFile);
const cores = os.availableParallelism();
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The ways that are compared. */
const WAYS = [
  { title: "one core", parallel: 1, command: os.platform() === "linux" ? ["taskset", "-c", "0"] : undefined },
  { title: `one at a time on ${cores} cores`, parallel: 1, command: [] },
  { title: `${cores} at a time on ${cores} cores`, parallel: cores, command: [] },
].filter(({ command }) => command !== undefined);

/** Seconds of the cross-validation, and the digest of what was predicted. */
async function measure(parallel) {
  const folder = mkdtempSync(join(os.tmpdir(), "modelwright-folds-"));
  let began;
  let seconds;
  const { directory } = await train(
    {
      name: "folds",
      task: "tabular-classification",
      data: {
        source: resolve(values.data),
        columns: { label: values.label },
        ...(values.rows === undefined ? {} : { limit: Number(values.rows) }),
      },
      model: { kind: values.kind },
      train: { threads: 1 },
      evaluate: { folds: Number(values.folds), parallel, baselines: [], bootstrap: 100 },
    },
    {
      registry: folder,
      onEvent: ({ type }) => {
        if (type === "folds") began = performance.now();
        if (type === "cross-validated") seconds = (performance.now() - began) / 1000;
      },
    },
  );
  const answers = readFileSync(join(directory, "out-of-fold.jsonl"));
  rmSync(folder, { recursive: true, force: true });
  return { seconds, answers: createHash("sha256").update(answers).digest("hex") };
}

async function inNewProcess({ parallel, command }) {
  const [program, ...args] = [...command, process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { stdout } = await execute(program, [...args, "--parallel", String(parallel)]);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

if (values.parallel === undefined) await compare();
else console.log(JSON.stringify(await measure(Number(values.parallel))));

async function compare() {
  console.log(machineTitle(describeMachine()));
  const taken = new Map(WAYS.map((way) => [way, []]));
  const answers = new Set();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const way of WAYS) {
      const result = await inNewProcess(way);
      taken.get(way).push(result.seconds);
      answers.add(result.answers);
      console.log(`round ${round + 1}, ${way.title}: ${result.seconds.toFixed(1)} s`);
    }
  }
  if (answers.size !== 1) throw new Error("the answers depend on how many folds are at work");
  const all = median(taken.get(WAYS.at(-1)));
  for (const way of WAYS.slice(0, -1)) {
    const times = (median(taken.get(way)) / all).toFixed(2);
    console.log(`${values.folds} folds, ${WAYS.at(-1).title}: ${times} × as fast as ${way.title}; same answers`);
  }
}
