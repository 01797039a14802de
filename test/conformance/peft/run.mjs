// Adapters that we trained, put onto transformers' BERT by PEFT: node run.mjs PYTHON      (README.md)
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RandomSource, tensor } from "@modelwright/engine";
import {
  adaptableLayers,
  bert,
  buildPrediction,
  classObjective,
  drawnParameters,
  isAdapterParameter,
  peftAdapter,
  textModel,
  writeSafetensors,
} from "@modelwright/models";
import { trainModel } from "@modelwright/training";

const [, , python = "python3"] = process.argv;
const CONFIG = { vocabularySize: 60, width: 16, layers: 2, heads: 4, innerWidth: 24, positions: 12, tokenTypes: 2 };
const CLASSES = 3;
const ROWS = 24;
const LENGTH = 9;
const TOLERANCE = 1e-5;

const all = (layer) => layer.startsWith("encoder.");
const ending =
  (...ends) =>
  (layer) =>
    ends.some((end) => layer.endsWith(end));
const CASES = {
  lora: { rank: 4, alpha: 8, targets: (layer, kind) => all(layer) && kind === "linear" },
  rslora: { rank: 4, alpha: 8, rsLora: true, targets: ending("query", "value") },
  dora: { rank: 2, alpha: 4, dora: true, targets: (layer, kind) => all(layer) && kind === "linear" },
  embedding: { rank: 2, alpha: 4, targets: ending("embeddings.word", "attention.output") },
};
/** Trained as a whole beside adapters, by the beginning of names. */
const WHOLE = { rslora: "encoder.pooler." };

const definition = textModel({ architecture: bert(CONFIG), objective: classObjective({ classes: CLASSES }) });
const random = RandomSource.fromSeed(5);
const { parameters } = buildPrediction(definition, {
  source: drawnParameters(random.stream("weights")),
  build: { trainable: () => false },
});
const layers = adaptableLayers(definition, parameters);
const named = { modelType: "bert", layers };
const settings = { rank: 1, alpha: 1 };

const ids = BigInt64Array.from({ length: ROWS * LENGTH }, (_, i) => BigInt(1 + ((i * 7 + (i % 5) * 11) % 59)));
const mask = BigInt64Array.from({ length: ROWS * LENGTH }, (_, i) =>
  BigInt(i % LENGTH < 3 + (Math.floor(i / LENGTH) % 7)),
);
const tensors = {
  input_ids: tensor(
    "int64",
    [ROWS, LENGTH],
    ids.map((id, i) => id * mask[i]),
  ),
  attention_mask: tensor("int64", [ROWS, LENGTH], mask),
  labels: tensor(
    "int64",
    [ROWS],
    BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(row % CLASSES)),
  ),
};

const folder = mkdtempSync(join(tmpdir(), "modelwright-peft-"));
try {
  const save = (name, config, saved) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "adapter_config.json"), JSON.stringify(config));
    writeFileSync(
      join(folder, name, "adapter_model.safetensors"),
      Buffer.concat(writeSafetensors(saved, { format: "pt" })),
    );
  };
  // The base itself in the published names: parts "trained as a whole".
  save("base", {}, peftAdapter(parameters, { settings, model: named, base: "" }).tensors);
  const logits = {};
  for (const [name, adapters] of Object.entries(CASES)) {
    const isWhole = (of) => of.startsWith("head.") || (WHOLE[name] !== undefined && of.startsWith(WHOLE[name]));
    const trained = await trainModel(definition, {
      data: { tensors },
      parameters,
      adapters,
      trainable: (of) => isAdapterParameter(of) || isWhole(of),
      learningRate: 1e-2,
      optimizer: "adamw",
      batchSize: 8,
      epochs: 10,
    });
    const { input_ids, attention_mask } = tensors;
    logits[name] = Array.from((await trained.predict({ input_ids, attention_mask })).logits.data);
    const whole = [...trained.parameters].filter(([of]) => isWhole(of));
    const { targets: _, ...own } = adapters;
    const adapter = peftAdapter(new Map([...trained.adapters, ...whole]), {
      settings: own,
      model: named,
      base: "base",
    });
    save(name, adapter.config, adapter.tensors);
    trained.release();
  }
  const batch = { input_ids: Array.from(tensors.input_ids.data, Number), attention_mask: Array.from(mask, Number) };
  const task = { config: CONFIG, classes: CLASSES, shape: [ROWS, LENGTH], batch, logits };
  writeFileSync(join(folder, "task.json"), JSON.stringify(task));
  const script = fileURLToPath(new URL("load.py", import.meta.url));
  const { status } = spawnSync(python, [script, folder, String(TOLERANCE)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
