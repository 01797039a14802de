#!/usr/bin/env node
// npm run bench: one training step of each workload in every peer that can run here. bench/README.md says how to read it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { describeMachine, machineTitle } from "./machine.mjs";
import { PeerProcess } from "./peer-process.mjs";
import { ours, peers } from "./peers.mjs";
import { disturbances, formatTable, summarise } from "./report.mjs";
import { stepFlops } from "./workloads/flops.mjs";
import { titles } from "./workloads/workloads.mjs";

const NAMES = Object.keys(titles);
const RESULTS = new URL("results/", import.meta.url);

const USAGE = `Usage: npm run bench -- [WORKLOAD ...] [options]
  WORKLOAD       ${NAMES.join(", ")}, or all (default bert)
  --rounds N     rounds of interleaved measurement (default 5)
  --seconds N    each peer makes steps for so long in a round, at least one (default 3)
  --only NAME    run this peer only; may be repeated: ${peers.map(({ name }) => name).join(", ")}
  --threads N    threads of every peer (default: the cores of this machine)
  --patience N   seconds after which a peer that does not answer is given up (default 600)
  --json FILE    write machine, samples and summaries as JSON
  --record       keep the summaries in bench/results, a file per processor, from which node docs/generate.mjs makes the tables of the docs;
                 ${ours} must take part`;

/** Seconds of a turn beyond which a peer rests in the rounds that follow: its few steps say enough. */
const LONG_TURN = 120;

class UsageError extends Error {}

function positiveNumber(name, text) {
  const value = Number(text);
  if (value > 0) return value;
  throw new UsageError(`--${name}: a number above 0 is needed, got "${text}"`);
}

function parseOptions() {
  const options = {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    only: { type: "string", multiple: true, default: [] },
    threads: { type: "string", default: String(os.availableParallelism()) },
    patience: { type: "string", default: "600" },
    json: { type: "string" },
    record: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  };
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message, { cause: error });
  }
  const { values, positionals } = parsed;
  const stranger = values.only.find((name) => !peers.some((peer) => peer.name === name));
  if (stranger !== undefined) throw new UsageError(`--only: no peer is called "${stranger}"`);
  const unknown = positionals.find((name) => name !== "all" && !NAMES.includes(name));
  if (unknown !== undefined) throw new UsageError(`no workload is called "${unknown}"`);
  const numbers = ["rounds", "seconds", "threads", "patience"].map((name) => [
    name,
    positiveNumber(name, values[name]),
  ]);
  const isOursMissing = values.only.length > 0 && !values.only.includes(ours);
  if (values.record && isOursMissing) {
    throw new UsageError(
      `--record: ${ours} must take part, got --only ${values.only.join(" --only ")}; the tables of the docs compare every peer with it. ` +
        `Add --only ${ours}, or leave --record out`,
    );
  }
  const chosen = positionals.length === 0 ? ["bert"] : positionals;
  return {
    ...values,
    ...Object.fromEntries(numbers),
    workloads: chosen.includes("all") ? NAMES : chosen,
    peers: peers.filter(({ name }) => values.only.length === 0 || values.only.includes(name)),
  };
}

/** Starts a peer and waits until it is warm. Returns what it failed with instead, as text, if it does not start. */
async function start(peer, workload, { threads, patience }) {
  const { name, label } = peer;
  const absence = peer.absence();
  if (absence) return { name, label, absence };
  const child = new PeerProcess([...peer.command, workload, String(threads)], patience);
  try {
    const { version, parameters, losses } = await child.nextAnswer();
    console.error(`${workload}: ${label} ${version} is ready`);
    return {
      name,
      label,
      child,
      version,
      parameters,
      losses,
      milliseconds: [],
      updateMilliseconds: [],
      processorMilliseconds: [],
      peakGflops: [],
    };
  } catch (error) {
    child.close();
    return { name, label, absence: error.message };
  }
}

/** One turn of one peer: its matrix-product peak, then its steps. Adds the samples to `run`. */
async function measure(run, seconds) {
  const start = performance.now();
  const { peakGflops } = await run.child.ask({ peak: true });
  run.peakGflops.push(peakGflops);
  const answer = await run.child.ask({ seconds });
  for (const key of ["milliseconds", "updateMilliseconds", "processorMilliseconds", "losses"]) {
    run[key].push(...(answer[key] ?? []));
  }
  run.peakMemoryBytes = answer.peakMemoryBytes;
  run.rests = performance.now() - start > 1000 * LONG_TURN;
}

/** All peers on one workload, interleaved; those that failed have an `absence`. */
async function measureAll(workload, options) {
  const runs = [];
  try {
    for (const peer of options.peers) runs.push(await start(peer, workload, options));
    for (let round = 1; round <= options.rounds; round++) {
      for (const run of runs.filter(({ absence, rests }) => !absence && !rests)) {
        try {
          await measure(run, options.seconds);
        } catch (error) {
          run.absence = `in round ${round}: ${error.message}`;
        }
      }
      console.error(`${workload}: round ${round} of ${options.rounds} is done`);
    }
  } finally {
    for (const { child } of runs) child?.close();
  }
  const counts = new Set(runs.flatMap(({ parameters }) => parameters ?? []));
  if (counts.size > 1) throw new Error(`${workload}: the peers have ${[...counts].join(" and ")} parameters`);
  return runs.map(({ child, ...run }) => run);
}

function report(workload, runs, { machine, threads, rounds }) {
  const flops = stepFlops(workload);
  const completed = runs.filter(({ absence }) => !absence);
  const absent = runs.filter(({ absence }) => absence).map(({ name, label, absence }) => ({ name, label, absence }));
  const { machinePeakGflops, peers: rows } = summarise(completed, flops);
  const disturbed = disturbances(machine, rows);
  const parameters = completed[0]?.parameters;
  console.log(
    `\n${workload}: ${titles[workload]}, ${(parameters / 1e6).toFixed(2)} M parameters, ${(flops / 1e9).toFixed(1)} GFLOP a step`,
  );
  console.log(formatTable(rows));
  for (const { label, absence } of absent) console.log(`${label}: absent, ${absence}`);
  console.log(`Peak of this machine: ${machinePeakGflops.toFixed(0)} GFLOP/s (2048³, best peer, same run)`);
  for (const { label } of rows.filter(({ losses }) => losses?.agrees === false)) {
    console.log(`${label.toUpperCase()} DOES NOT COMPUTE THE SAME`);
  }
  if (disturbed.length > 0) console.log(`Do not quote these figures: ${disturbed.join("; ")}.`);
  return { machine, threads, rounds, parameters, flops, machinePeakGflops, peers: rows, absent, disturbed };
}

/** Replaces what is kept of a workload on this processor. */
function record(workload, summary) {
  mkdirSync(RESULTS, { recursive: true });
  const processor = summary.machine.cpu
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    .join("-");
  const file = new URL(`${processor}.json`, RESULTS);
  const all = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  all[workload] = summary;
  const inOrder = NAMES.filter((name) => name in all).map((name) => [name, all[name]]);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(inOrder), undefined, 2)}\n`);
}

async function main() {
  const options = parseOptions();
  if (options.help) return console.log(USAGE);
  // Once: the load of a later workload's start would be that of the workload before it.
  const machine = describeMachine();
  console.log(
    `Machine: ${machineTitle(machine)}, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}, ` +
      `load ${machine.loadAverage.toFixed(2)}; ${options.threads} threads`,
  );
  const kept = {};
  for (const workload of options.workloads) {
    const samples = await measureAll(workload, options);
    if (samples.every(({ absence }) => absence)) {
      for (const { label, absence } of samples) console.log(`${label}: absent, ${absence}`);
      process.exitCode = 1;
      continue;
    }
    const summary = report(workload, samples, { machine, ...options });
    kept[workload] = { ...summary, samples };
    if (options.json) writeFileSync(options.json, `${JSON.stringify(kept, undefined, 2)}\n`);
    if (!options.record) continue;
    if (summary.peers.some(({ name }) => name === ours)) record(workload, summary);
    else {
      console.error(
        `${workload}: nothing was kept, since ${ours} is absent and the tables of the docs compare every peer with it`,
      );
      process.exitCode = 1;
    }
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
