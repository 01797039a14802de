// What gradient checkpointing costs and saves: a GPT-2-shaped model, each way in a process of its own.
//
// node bench/gradient-checkpointing.mjs      (npx tsc -b first)
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { tensor } from "@modelwright/engine";
import { causalLanguageModel, gpt2 } from "@modelwright/models";
import { trainModel } from "@modelwright/training";

const SHAPE = { vocabularySize: 1024, width: 384, layers: 6, heads: 6, positions: 256 };
const BATCH = 8;
const STEPS = 6;

async function measure(gradientCheckpointing) {
  const size = BATCH * SHAPE.positions;
  const ids = BigInt64Array.from({ length: size }, (_, i) => BigInt((i * 31) % SHAPE.vocabularySize));
  const shape = [BATCH, SHAPE.positions];
  const times = [];
  const processor = [];
  const trained = await trainModel(causalLanguageModel(gpt2(SHAPE)), {
    data: { tensors: { input_ids: tensor("int64", shape, ids), labels: tensor("int64", shape, ids) } },
    batchSize: BATCH,
    steps: STEPS,
    optimizer: "adamw",
    learningRate: 1e-4,
    gradientCheckpointing,
    shouldStop: () => {
      times.push(performance.now());
      const { user, system } = process.cpuUsage();
      processor.push((user + system) / 1e3);
      return false;
    },
  });
  const least = (moments) => Math.min(...moments.slice(1).map((moment, i) => moment - moments[i]));
  return {
    milliseconds: least(times),
    processorMilliseconds: least(processor),
    // maxRSS is in KiB.
    peakMebibytes: process.resourceUsage().maxRSS / 1024,
    loss: trained.curve.at(-1).loss,
  };
}

if (process.argv[2] === undefined) {
  for (const way of ["kept", "recomputed"]) {
    const printed = execFileSync(process.execPath, [fileURLToPath(import.meta.url), way], { encoding: "utf8" });
    const { milliseconds, processorMilliseconds, peakMebibytes, loss } = JSON.parse(printed);
    console.log(
      `${way.padEnd(10)} ${peakMebibytes.toFixed(0)} MiB at the peak; least of ${STEPS - 1} steps ${milliseconds.toFixed(0)} ms, ` +
        `${processorMilliseconds.toFixed(0)} ms of processor time; loss ${loss.toFixed(6)}`,
    );
  }
} else console.log(JSON.stringify(await measure(process.argv[2] === "recomputed")));
