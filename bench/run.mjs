#!/usr/bin/env node
// npm run bench: one fine-tuning step of bert-22m in every peer that can run here. bench/README.md says how to read it.
import { writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { PeerProcess } from "./peer-process.mjs";
import { peers } from "./peers.mjs";
import { compareLosses, disturbances, formatTable, summarise } from "./report.mjs";
import { bert22m, parameterCount, stepFlops } from "./workloads/bert-22m.mjs";

const USAGE = `Usage: npm run bench -- [options]
  --rounds N     rounds of interleaved measurement (default 5)
  --only NAME    run this peer only; may be repeated: ${peers.map(({ name }) => name).join(", ")}
  --threads N    threads of every peer (default: the cores of this machine)
  --json FILE    write machine, samples and summary as JSON`;

class UsageError extends Error {}

function positiveInteger(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UsageError(`--${name}: a whole number above 0 is needed, got "${text}"`);
}

function parseOptions() {
  const options = {
    rounds: { type: "string", default: "5" },
    only: { type: "string", multiple: true, default: [] },
    threads: { type: "string", default: String(os.availableParallelism()) },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  };
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new UsageError(error.message, { cause: error });
  }
  const unknown = values.only.find((name) => !peers.some((peer) => peer.name === name));
  if (unknown !== undefined) throw new UsageError(`--only: no peer is called "${unknown}"`);
  return {
    ...values,
    rounds: positiveInteger("rounds", values.rounds),
    threads: positiveInteger("threads", values.threads),
  };
}

function describeMachine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model ?? "unknown",
    cores: os.availableParallelism(),
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    loadAverage: os.loadavg()[0],
  };
}

/** Starts a peer and waits until it is warm. Returns what it failed with instead, as text, if it does not start. */
async function start(peer, threads) {
  const absence = peer.absence();
  if (absence) return { peer, absence };
  const child = new PeerProcess(peer.command(threads));
  try {
    const ready = await child.nextAnswer();
    const { version, parameters, losses } = ready;
    console.error(`${peer.label} ${version}: ready, ${ready.threads} threads`);
    if (parameters !== parameterCount()) throw new Error(`has ${parameters} parameters instead of ${parameterCount()}`);
    return {
      peer,
      child,
      version,
      threads: ready.threads,
      losses: [...losses],
      milliseconds: [],
      updateMilliseconds: [],
      peakGflops: [],
    };
  } catch (error) {
    child.close();
    return { peer, absence: `failed: ${error.message}` };
  }
}

/** One turn of one peer: its matrix-product peak, then its steps. Adds the samples to `run`. */
async function measure(run) {
  const { peakGflops } = await run.child.ask({ peak: true });
  if (peakGflops !== undefined) run.peakGflops.push(peakGflops);
  const answer = await run.child.ask({ steps: run.peer.stepsPerRound });
  for (const key of ["milliseconds", "updateMilliseconds", "losses"]) run[key].push(...answer[key]);
  run.peakMemoryBytes = answer.peakMemoryBytes;
}

async function main() {
  const options = parseOptions();
  if (options.help) return console.log(USAGE);
  const machine = describeMachine();
  const flops = stepFlops();
  console.log(
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}, ` +
      `load ${machine.loadAverage.toFixed(2)}`,
  );
  console.log(
    `Workload: ${bert22m.name}, ${(parameterCount() / 1e6).toFixed(1)} M parameters, batch ${bert22m.batchSize} × ` +
      `${bert22m.sequenceLength} tokens, float32, ${(flops / 1e9).toFixed(1)} GFLOP a step, ${options.threads} threads\n`,
  );

  const chosen = peers.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const runs = [];
  for (const peer of chosen) runs.push(await start(peer, options.threads));
  for (let round = 1; round <= options.rounds; round++) {
    for (const run of runs.filter(({ absence }) => !absence)) {
      try {
        await measure(run);
      } catch (error) {
        run.absence = `failed in round ${round}: ${error.message}`;
      }
    }
    console.error(`round ${round} of ${options.rounds} done`);
  }
  for (const { child } of runs) child?.close();

  const completed = runs.filter(({ absence }) => !absence);
  const summary = summarise(completed, flops);
  const losses = compareLosses(completed);
  const rows = summary.peers.map((row, index) => {
    const { peer, version } = completed[index];
    return { ...row, label: `${peer.label} ${version}` };
  });
  console.log(formatTable(rows));
  for (const { peer, absence } of runs) if (absence) console.log(`${peer.label}: absent, ${absence}`);
  if (summary.machinePeakGflops) {
    console.log(`\nPeak of this machine: ${summary.machinePeakGflops.toFixed(0)} GFLOP/s (2048³, best peer, same run)`);
  }
  if (losses) {
    const verdict = losses.agrees ? "the peers compute the same" : "THE PEERS DO NOT COMPUTE THE SAME";
    console.log(
      `Losses of the first ${losses.steps} steps differ by ${losses.difference.toExponential(1)}: ${verdict}`,
    );
  }
  const disturbed = disturbances(machine, rows);
  if (disturbed.length > 0) console.log(`Do not quote these figures: ${disturbed.join("; ")}.`);
  if (options.json) {
    const samples = runs.map(({ peer, child, ...run }) => ({ name: peer.name, label: peer.label, ...run }));
    const { rounds, threads } = options;
    const report = { workload: bert22m.name, machine, threads, rounds, flops, ...summary, losses, disturbed, samples };
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (completed.length === 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
