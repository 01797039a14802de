#!/usr/bin/env node
// Writing texts beside transformers.js: a GPT-2-shaped decoder of 124 M random weights, the same ONNX file, the same prompts, greedy.
//
// node bench/generation/run.mjs [--sequences 1,8] [--prompt 64] [--tokens 128] [--rounds 3] [--threads 2] [--folder DIR] [--layers 12] [--width 768]
// (npx tsc -b first; the peer comes with `npm ci --prefix bench --ignore-scripts`)
//
// --still keeps the peer's threads from spinning while they wait; ours do so for 0.2 ms: fairer to it where other work shares the cores.
// Peers are processes of their own and take turns. Before the rounds that count each writes the texts once, since what both do behind the
// loading (freeing it, compiling JavaScript, moving memory) slows down whoever has the turn; and before each turn there is a pause, in
// which the threads of the other fall asleep. What they write is compared token by token; peak memory is that of the process, with
// loading. A folder keeps the model (500 MB) for another run; by default it is made anew and removed.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, machineTitle } from "../machine.mjs";
import { PeerProcess } from "../peer-process.mjs";
import { writeModel } from "./model.mjs";

const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "1,8" },
    prompt: { type: "string", default: "64" },
    tokens: { type: "string", default: "128" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    layers: { type: "string", default: "12" },
    width: { type: "string", default: "768" },
    folder: { type: "string" },
    still: { type: "boolean", default: false },
  },
});
const [prompt, tokens, rounds, threads, layers, width] = [
  "prompt",
  "tokens",
  "rounds",
  "threads",
  "layers",
  "width",
].map((name) => Number(values[name]));
const PATIENCE_S = 900;
const PAUSE_MS = 500;
const PEERS = [
  { name: "Modelwright", program: "modelwright-peer.mjs" },
  { name: "transformers.js", program: "transformers-peer.mjs", flags: values.still ? ["still"] : [] },
];
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const folder =
  values.folder === undefined ? await mkdtemp(join(os.tmpdir(), "modelwright-bench-")) : resolve(values.folder);
try {
  console.log(machineTitle(describeMachine()));
  if (!existsSync(join(folder, "onnx/model.onnx"))) await writeModel(folder, { layers, width });
  for (const sequences of values.sequences.split(",").map(Number)) await measure(sequences);
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true });
}

async function measure(sequences) {
  const peers = [];
  for (const { name, program, flags = [] } of PEERS) {
    const path = fileURLToPath(new URL(program, import.meta.url));
    const process = new PeerProcess([globalThis.process.execPath, path, folder, String(threads), ...flags], PATIENCE_S);
    peers.push({ name, process, seconds: [] });
    await process.nextAnswer();
  }
  for (const { process } of peers) await process.ask({ sequences, prompt, tokens });
  for (let round = 0; round < rounds; round++) {
    const written = [];
    for (const peer of peers) {
      await setTimeout(PAUSE_MS);
      const { seconds, texts, memory } = await peer.process.ask({ sequences, prompt, tokens });
      peer.seconds.push(seconds);
      peer.memory = memory;
      written.push(JSON.stringify(texts));
    }
    if (new Set(written).size > 1)
      throw new Error(`the peers wrote different texts:\n${written.join("\n").slice(0, 2000)}`);
  }
  for (const { process } of peers) process.close();
  const [own, peer] = peers;
  const ratios = own.seconds.map((seconds, round) => peer.seconds[round] / seconds);
  for (const { name, seconds, memory } of peers) {
    const each = median(seconds);
    const rate = ((sequences * tokens) / each).toFixed(1);
    const step = ((1000 * each) / tokens).toFixed(1);
    console.log(`${sequences} × ${tokens} tokens, ${name}: ${rate} tokens/s, ${step} ms a step, ${memory} MiB at most`);
  }
  console.log(
    `  ${median(ratios).toFixed(2)} × (${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}), memory ${(own.memory / peer.memory).toFixed(2)} ×`,
  );
}
