#!/usr/bin/env node
// One training step on each execution provider of this machine, beside PyTorch on the same GPU: node bench/gpu.mjs [WORKLOAD ...]
// Peers run one after the other, each alone on the machine, for --seconds. The losses of all are held against those of our CPU.
import { writeFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, machineTitle } from "./machine.mjs";
import { PeerProcess } from "./peer-process.mjs";
import { compareLosses, median } from "./report.mjs";
import { stepFlops } from "./workloads/flops.mjs";
import { gpuTitles, titles } from "./workloads/workloads.mjs";

const { values: options, positionals } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    patience: { type: "string", default: "300" },
    json: { type: "string" },
    skip: { type: "string", multiple: true, default: [] },
  },
  allowPositionals: true,
});
const all = { ...titles, ...gpuTitles };

const program = (name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));
const modelwright = (provider) => [[process.execPath, program("modelwright/peer.mjs")], provider];
const pytorch = (mode) => [["python3", program("pytorch.py"), mode], "cuda"];

/** Who takes part; the losses of the first are those of all others. */
const PEERS = {
  "Modelwright, CPU": modelwright("cpu"),
  "Modelwright, WebGPU": modelwright("webgpu"),
  "Modelwright, CUDA": modelwright("cuda"),
  "PyTorch, CUDA": pytorch("eager"),
  "PyTorch, CUDA, TF32": pytorch("tf32"),
};

async function measure(workload, [command, device]) {
  const peer = new PeerProcess([...command, workload, String(os.availableParallelism()), device], options.patience);
  try {
    const ready = await peer.nextAnswer();
    const { milliseconds, updateMilliseconds, losses } = await peer.ask({ seconds: Number(options.seconds) });
    return { ...ready, milliseconds, updateMilliseconds, losses: [...ready.losses, ...losses] };
  } finally {
    peer.close();
  }
}

const machine = describeMachine();
const kept = {};
console.log(`${machineTitle(machine)}, ${machine.system}, Node ${machine.node}`);
for (const workload of positionals.length > 0 ? positionals : Object.keys(all)) {
  console.log(`\n${all[workload]}, ${(stepFlops(workload) / 1e9).toFixed(1)} GFLOP a step\n`);
  console.log("| peer | parameters | steps | step ms | of which update | TFLOP/s | losses of two steps | of all |");
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  let reference;
  for (const [name, peer] of Object.entries(PEERS).filter(([each]) => !options.skip.includes(each))) {
    try {
      const run = await measure(workload, peer);
      reference ??= run;
      kept[workload] = { ...kept[workload], [name]: run };
      if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ machine, ...kept }));
      const step = median(run.milliseconds);
      const { all: difference } = compareLosses(reference.losses, run.losses);
      const { all: first } = compareLosses(reference.losses.slice(0, 2), run.losses.slice(0, 2));
      const cells = [
        `${name} ${run.version}`,
        (run.parameters / 1e6).toFixed(2),
        run.milliseconds.length,
        step.toFixed(2),
        median(run.updateMilliseconds).toFixed(2),
        (stepFlops(workload) / step / 1e9).toFixed(2),
        first.toExponential(1),
        difference.toExponential(1),
      ];
      console.log(`| ${cells.join(" | ")} |`);
    } catch (error) {
      console.log(`| ${name} | ${error.message.replaceAll("\n", " ")} |`);
    }
  }
}
