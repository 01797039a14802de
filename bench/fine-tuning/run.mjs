#!/usr/bin/env node
// A step of LoRA on an encoder of MiniLM's shape, beside PEFT on the same batches; and steps of other parts of it.
//
// node bench/fine-tuning/run.mjs [--length 32] [--rounds 5] [--seconds 4] [--threads 2] [--methods lora,full,last:1] [--python python3]
// (npx tsc -b first; the header of peft_peer.py says what Python needs; peers that cannot run are named)
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, machineTitle } from "../machine.mjs";
import { PeerProcess } from "../peer-process.mjs";

const { values } = parseArgs({
  options: {
    length: { type: "string", default: "32" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    methods: { type: "string", default: "lora,full,last:1" },
    python: { type: "string", default: "python3" },
  },
});
const PATIENCE = 600;
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-fine-tuning-"));
const weights = join(folder, "weights.safetensors");
const own = (method) => ({ name: method, command: [process.execPath, pathOf("modelwright-peer.mjs"), method] });
const peft = (way) => ({ name: `PEFT, ${way}`, command: [values.python, pathOf("peft_peer.py"), way] });
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const peers = [];
try {
  // PEFT writes the weights that all start from.
  for (const { name, command } of [peft("eager"), peft("compiled"), ...values.methods.split(",").map(own)]) {
    const peer = new PeerProcess([...command, values.length, values.threads, weights], PATIENCE);
    try {
      const { parameters, losses, version } = await peer.nextAnswer();
      peers.push({ name, version, parameters, peer, losses, milliseconds: [], processor: [] });
    } catch (error) {
      console.log(`${name} takes no part: ${error.message}`);
    }
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const each of peers) {
      const answer = await each.peer.ask({ seconds: Number(values.seconds) });
      each.milliseconds.push(...answer.milliseconds);
      each.processor.push(...answer.processorMilliseconds);
    }
  }
  console.log(machineTitle(describeMachine()));
  console.log(`batches of 32 × ${values.length} tokens; load ${os.loadavg()[0].toFixed(1)} at the end`);
  const lora = peers.find(({ name }) => name === "lora");
  for (const { name, version, parameters, losses, milliseconds, processor } of peers) {
    const [step, work] = [median(milliseconds), median(processor)];
    const beside =
      lora === undefined
        ? ""
        : `${(step / median(lora.milliseconds)).toFixed(2)} ×, processor ${(work / median(lora.processor)).toFixed(2)} ×`;
    console.log(
      `${name.padEnd(15)} ${step.toFixed(1).padStart(7)} ms, ${work.toFixed(0).padStart(6)} ms of processor  ${beside.padEnd(24)} ` +
        `${parameters.toLocaleString("en")} trained, losses ${losses.map((loss) => loss.toFixed(4)).join(" ")}  (${version})`,
    );
  }
} finally {
  for (const { peer } of peers) peer.close();
  rmSync(folder, { recursive: true });
}
