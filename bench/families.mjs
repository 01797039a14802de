#!/usr/bin/env node
// node bench/families.mjs [WORKLOAD ...] [--rounds 5] [--threads N] [--json FILE]
//
// One training step (forward, backward, clipping, AdamW) of several model families in Modelwright and, interleaved on the same cores, in
// eager PyTorch. Both start from the same weights and see the same batches; the losses are compared. See README.md.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PeerProcess } from "./peer-process.mjs";
import { compareLosses, disturbances, median } from "./report.mjs";

/** Steps of one turn, so that each turn takes about a second. */
const STEPS = { gpt2: 2, lstm: 3, mlp: 300, lenet: 20, resnet18: 2 };

const path = (name) => fileURLToPath(new URL(`families/${name}`, import.meta.url));
const PEERS = {
  modelwright: (workload, threads) => [process.execPath, path("modelwright.mjs"), workload, threads],
  pytorch: (workload, threads) => ["python3", path("pytorch.py"), workload, threads],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    json: { type: "string" },
  },
});
const unknown = positionals.find((name) => !(name in STEPS));
if (unknown !== undefined) {
  console.error(`No workload is called "${unknown}"; there are ${Object.keys(STEPS).join(", ")}.`);
  process.exit(2);
}
if (!(Number(values.rounds) >= 1)) {
  console.error(`--rounds: a whole number above 0 is needed, got "${values.rounds}"`);
  process.exit(2);
}

const hasTorch = spawnSync("python3", ["-c", "import torch"]).status === 0;
if (!hasTorch) console.error('PyTorch: absent, `python3 -c "import torch"` fails');
const peers = Object.keys(PEERS).filter((name) => name !== "pytorch" || hasTorch);
const machine = { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), loadAverage: os.loadavg()[0] };
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${process.version}, ${values.threads} threads, load ${machine.loadAverage.toFixed(2)}\n`,
);
console.log(
  "| workload | parameters | Modelwright ms (min–max) | MiB | PyTorch ms (min–max) | MiB | × PyTorch | losses differ by, first step | all steps |",
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");

const results = [];
for (const workload of positionals.length > 0 ? positionals : Object.keys(STEPS)) {
  const runs = await measure(workload);
  results.push({ workload, runs: runs.map(({ child, ...run }) => run) });
  printRow(workload, runs);
}
const rows = results.flatMap(({ workload, runs }) =>
  runs.map(({ name, milliseconds }) => ({
    label: `${name} on ${workload}`,
    stepMsMin: Math.min(...milliseconds),
    stepMsMax: Math.max(...milliseconds),
  })),
);
const disturbed = disturbances(machine, rows);
if (disturbed.length > 0) console.log(`\nRead with care: ${disturbed.join("; ")}.`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);

async function measure(workload) {
  const runs = [];
  try {
    for (const name of peers) {
      const child = new PeerProcess(PEERS[name](workload, values.threads));
      runs.push({ name, child, losses: [], milliseconds: [], peakMemoryBytes: 0 });
      const { losses, parameters } = await child.nextAnswer();
      Object.assign(runs.at(-1), { losses, parameters });
    }
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const run of runs) {
        const answer = await run.child.ask({ steps: STEPS[workload] });
        run.milliseconds.push(...answer.milliseconds);
        run.losses.push(...answer.losses);
        run.peakMemoryBytes = answer.peakMemoryBytes;
      }
    }
  } finally {
    for (const { child } of runs) child.close();
  }
  return runs;
}

function printRow(workload, runs) {
  const [ours, torch] = runs;
  const step = ({ milliseconds }) => {
    const digits = median(milliseconds) < 20 ? 2 : 0;
    const [middle, least, most] = [median(milliseconds), Math.min(...milliseconds), Math.max(...milliseconds)];
    return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
  };
  const memory = ({ peakMemoryBytes }) => (peakMemoryBytes / 2 ** 20).toFixed(0);
  const first = runs.map((run) => ({ ...run, losses: run.losses.slice(0, 1) }));
  const difference = (compared) => compareLosses(compared).difference.toExponential(1);
  const theirs =
    torch === undefined
      ? ["–", "–", "–", "–", "–"]
      : [
          step(torch),
          memory(torch),
          (median(torch.milliseconds) / median(ours.milliseconds)).toFixed(2),
          difference(first),
          difference(runs),
        ];
  const cells = [workload, `${(ours.parameters / 1e6).toFixed(2)} M`, step(ours), memory(ours), ...theirs];
  console.log(`| ${cells.join(" | ")} |`);
}
