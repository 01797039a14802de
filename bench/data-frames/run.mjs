// A large CSV file profiled, cleaned and split to Parquet, beside pandas and polars on the same machine.
//
// node bench/data-frames/run.mjs [--python PYTHON] [--rows 2000000] [--rounds 3] [--csv FILE] [--peers polars,pandas]
// (npx tsc -b first; the header of frame_peer.py says what Python needs)
//
// Per column: kind, missing, distinct, mean, deviation, five quantiles, ten most frequent. Rows: exact copies out, missing numbers become their
// column's median, a split of 80, 10 and 10 % by a hash of the row. Peers take turns, each in a process of its own; time is from the beginning of
// the work (imports of the library included) to the last file, the round in the middle counts. What they find must agree.
import assert from "node:assert";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { describeMachine, machineTitle } from "../machine.mjs";
import { writeTable } from "./make-table.mjs";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    rows: { type: "string", default: "2000000" },
    rounds: { type: "string", default: "3" },
    csv: { type: "string" },
    peers: { type: "string", default: "polars,pandas" },
  },
});
const execute = promisify(execFile);
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-data-frames-"));
const csv = values.csv === undefined ? join(folder, "customers.csv") : resolve(values.csv);

const python = (library) => [values.python, pathOf("frame_peer.py"), library];
const PEERS = [
  { name: "Modelwright", command: [process.execPath, pathOf("modelwright-peer.mjs")] },
  ...values.peers.split(",").map((name) => ({ name, command: python(name) })),
];

async function run([program, ...args]) {
  const out = join(folder, "out");
  mkdirSync(out);
  try {
    const { stdout } = await execute(program, [...args, csv, out], { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout.trim().split("\n").at(-1));
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Dates have medians in units of their own, and are compared by what is counted. */
function checkSame(own, other, name) {
  assert.equal(other.rows, own.rows, `${name}: rows`);
  for (const [column, { missing, distinct, median }] of Object.entries(other.columns)) {
    const ours = own.columns[column];
    assert.deepEqual([missing, distinct], [ours.missing, ours.distinct], `${name}: ${column}`);
    if (median !== null) assert.equal(median, ours.median, `${name}: median of ${column}`);
  }
}

try {
  if (!existsSync(csv)) await writeTable(csv, Number(values.rows));
  console.log(`${machineTitle(describeMachine())}; load ${os.loadavg()[0].toFixed(1)}`);
  console.log(`${(statSync(csv).size / 1e6).toFixed(0)} MB of CSV`);
  const results = new Map(PEERS.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, command } of PEERS) {
      const result = await run(command);
      results.get(name).push(result);
      checkSame(results.get("Modelwright")[0], result, name);
    }
  }
  const middle = ([...rounds]) => rounds.sort((a, b) => a.seconds - b.seconds)[Math.floor(rounds.length / 2)];
  const own = middle(results.get("Modelwright"));
  for (const [name, rounds] of results) {
    const { seconds, cpuSeconds, peakMib } = middle(rounds);
    const ratio = name === "Modelwright" ? "" : `  Modelwright is ${(seconds / own.seconds).toFixed(2)} × as fast`;
    console.log(
      `${name.padEnd(12)}${seconds.toFixed(1).padStart(6)} s  ${cpuSeconds.toFixed(1).padStart(6)} s of the cores  ${Math.round(peakMib)} MiB${ratio}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
