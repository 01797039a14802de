#!/usr/bin/env node
// How well the last things that users chose are found again, beside `implicit` and EASE in NumPy, and how long it takes.
//
// node bench/recommendation/run.mjs --data RATINGS.csv [--python PYTHON] [--last 5] [--relevant 4] [--threads 2]
//   [--user userId] [--item movieId] [--rating rating] [--time timestamp]
// (npx tsc -b first; the header of peer.py says what Python needs. MovieLens "ml-latest-small" of grouplens.org, also in the R package dslabs)
//
// The last five ratings of each user are found again among all items, those before them choose the settings, of the peers too. Our seconds are
// those of `train()`: reading, choosing, evaluation and report included; those of a peer are choosing and the last fit.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { train } from "modelwright";
import { describeMachine, machineTitle } from "../machine.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    python: { type: "string", default: "python3" },
    last: { type: "string", default: "5" },
    relevant: { type: "string", default: "4" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    user: { type: "string", default: "userId" },
    item: { type: "string", default: "movieId" },
    rating: { type: "string", default: "rating" },
    time: { type: "string", default: "timestamp" },
  },
});
const { data, python, last, relevant, threads, user, item, rating, time } = values;
const KINDS = ["popularity", "item-to-item", "matrix-factorisation"];
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-recommendation-"));

async function ours(kind) {
  const start = performance.now();
  const { metrics } = await train(
    {
      name: "bench",
      task: "recommendation",
      data: {
        source: resolve(data),
        columns: { user, item, rating, time },
        split: { by: "last", last: Number(last) },
        relevant: Number(relevant),
      },
      model: { kind },
      train: { threads: Number(threads) },
      evaluate: { baselines: [], bootstrap: 1000 },
    },
    { registry: join(folder, kind) },
  );
  return { ...metrics.ndcg10, seconds: (performance.now() - start) / 1000 };
}

const row = (name, { value, low, high, seconds }) => {
  const interval = low === undefined ? "" : `[${low.toFixed(3)}, ${high.toFixed(3)}]`;
  console.log(`  ${name.padEnd(34)}${value.toFixed(4)}  ${interval.padEnd(16)}${seconds.toFixed(1).padStart(7)} s`);
};

try {
  console.log(`${machineTitle(describeMachine())}; ${threads} thread(s); load ${os.loadavg()[0].toFixed(1)}`);
  console.log("NDCG@10");
  for (const kind of KINDS) row(`Modelwright, ${kind}`, await ours(kind));
  const program = fileURLToPath(new URL("peer.py", import.meta.url));
  const peerArguments = [program, resolve(data), last, relevant, threads, user, item, rating, time];
  const { stdout } = await promisify(execFile)(python, peerArguments, { maxBuffer: 2 ** 26 });
  for (const [name, found] of Object.entries(JSON.parse(stdout.trim().split("\n").at(-1)))) row(name, found);
} finally {
  rmSync(folder, { recursive: true });
}
