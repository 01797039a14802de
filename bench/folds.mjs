#!/usr/bin/env node
// How much sooner ten folds are done by all cores than by one: the cross-validation of a recipe, with one fold at work and with as many as
// there are cores, by turns; each fold has one thread. The answers of both must be the same.
//
// node bench/folds.mjs [--rounds 3] [--folds 10] [--data ../shared/data/tabular/churn.csv] [--label churn] [--kind boosted-trees] [--rows N]
// (npx tsc -b first)
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
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
  },
});
const cores = os.availableParallelism();
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-folds-"));

/** Seconds of the cross-validation, and the digest of what was predicted. */
async function run(parallel, name) {
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
      registry: join(folder, name),
      onEvent: ({ type }) => {
        if (type === "folds") began = performance.now();
        if (type === "cross-validated") seconds = (performance.now() - began) / 1000;
      },
    },
  );
  const answers = readFileSync(join(directory, "out-of-fold.jsonl"));
  return { seconds, answers: createHash("sha256").update(answers).digest("hex") };
}

try {
  console.log(machineTitle(describeMachine()));
  const taken = { 1: [], [cores]: [] };
  const answers = new Set();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const parallel of [1, cores]) {
      const result = await run(parallel, `${round}-${parallel}`);
      taken[parallel].push(result.seconds);
      answers.add(result.answers);
      console.log(`round ${round + 1}, ${parallel} at a time: ${result.seconds.toFixed(1)} s`);
    }
  }
  if (answers.size !== 1) throw new Error("the answers depend on how many folds are at work");
  const [one, all] = [1, cores].map((parallel) => median(taken[parallel]));
  console.log(`${values.folds} folds on ${cores} cores: ${(one / all).toFixed(2)} × as fast as on one; same answers`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
