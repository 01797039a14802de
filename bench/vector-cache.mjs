#!/usr/bin/env node
// How much sooner a second run on frozen vectors gets to the end of its first epoch: the command line on BANKING77 and all-MiniLM-L6-v2, in a
// process of its own each time, first with an empty cache of vectors, then with what the first run kept.
//
// node bench/vector-cache.mjs [--rounds 3] [--threads 2] [--data ../shared/data/banking77] [--base ../shared/models/all-MiniLM-L6-v2]
// (npx tsc -b first)
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, machineTitle } from "./machine.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    data: { type: "string", default: "../shared/data/banking77" },
    base: { type: "string", default: "../shared/models/all-MiniLM-L6-v2" },
  },
});
const program = fileURLToPath(new URL("../packages/modelwright/bin/modelwright.js", import.meta.url));
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-vector-cache-"));
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Lines of a run that say how far it is. */
const MARKS = { data: /^Data$/, cached: /vectors of .* from the cache/, epoch: /^\s*epoch +1\.0: / };

/** Seconds from the start of the process to each mark that is reached; it is ended after its first epoch. */
function run(recipe, registry) {
  const started = performance.now();
  const child = spawn(process.execPath, [program, "train", recipe, "--registry", registry], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const reached = {};
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    for (const [mark, pattern] of Object.entries(MARKS))
      if (pattern.test(line)) reached[mark] ??= (performance.now() - started) / 1000;
    if (reached.epoch !== undefined) child.kill("SIGKILL");
  });
  return new Promise((done, fail) => {
    child.on("exit", (code) => {
      if (reached.epoch === undefined) fail(new Error(`the run ended with ${code} before its first epoch: ${said}`));
      else done(reached);
    });
  });
}

const ways = { "empty cache": [], "kept vectors": [] };
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const [recipe, registry] = [join(folder, `${round}.json`), join(folder, `registry-${round}`)];
    const data = Object.fromEntries(
      ["source", "test"].map((key, i) => [key, join(resolve(values.data), ["train.csv", "test.csv"][i])]),
    );
    const content = {
      name: `frozen-${round}`,
      task: "text-classification",
      data: { ...data, columns: { text: "text", label: "category" }, split: { validation: 0.1, seed: 7 } },
      model: { base: resolve(values.base), fineTune: "frozen" },
      train: { seed: 7, threads: Number(values.threads) },
    };
    writeFileSync(recipe, JSON.stringify(content));
    for (const [way, runs] of Object.entries(ways)) {
      const reached = await run(recipe, registry);
      const isCached = reached.cached !== undefined;
      if (isCached !== (way === "kept vectors")) throw new Error(`${way}: the vectors came from elsewhere`);
      runs.push({ whole: reached.epoch, fit: reached.epoch - reached.data });
    }
  }
  console.log(machineTitle(describeMachine()));
  console.log(`BANKING77, frozen, medians of ${values.rounds} runs; load ${os.loadavg()[0].toFixed(1)} at the end`);
  for (const [title, part] of [
    ["from the start of the process", "whole"],
    ["from when the rows are read and cleaned", "fit"],
  ]) {
    const [first, second] = Object.values(ways).map((runs) => median(runs.map((each) => each[part])));
    console.log(
      `${title}: ${first.toFixed(2)} s with an empty cache, ${second.toFixed(2)} s with kept vectors, ${(first / second).toFixed(1)} ×`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
