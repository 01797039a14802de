// Adapters on a small decoder of each family, both ways: PEFT opens what we trained, and we open what PEFT wrote: node decoders.mjs PYTHON
// (README.md)
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packSequences } from "@modelwright/data";
import { defaultRuntime, encodeModel, tensor } from "@modelwright/engine";
import {
  adaptableLayers,
  buildPrediction,
  causalLanguageModel,
  givenParameters,
  INFERENCE,
  mergeAdapters,
  peftAdapter,
  readPeftAdapter,
  readSafetensors,
  resolvePretrainedDecoder,
  writeSafetensors,
} from "@modelwright/models";
import { packedRows, trainDecoder } from "@modelwright/training";

const [, , python = "python3"] = process.argv;
const MODELS = fileURLToPath(new URL("../../parity/fixtures/decoders/", import.meta.url));
const TOLERANCE = 1e-4;
const IDS = Array.from({ length: 24 }, (_, i) => 3 + ((i * 7) % 40));
const TRAINED = {
  lora: { rank: 4, alpha: 8, targets: "all-linear", modulesToSave: [] },
  rslora: { rank: 2, alpha: 4, rsLora: true, targets: "all-linear", modulesToSave: [] },
  dora: { rank: 2, alpha: 4, dora: true, targets: "all-linear", modulesToSave: [] },
};

const folder = mkdtempSync(join(tmpdir(), "modelwright-peft-"));
const runtime = await defaultRuntime();
let failures = 0;
try {
  const families = [];
  const cases = [];
  for (const entry of readdirSync(MODELS, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const family = { name: entry.name, base: join(MODELS, entry.name), loaded: await load(entry.name) };
    families.push(family);
    for (const [way, lora] of Object.entries(TRAINED)) cases.push(await trainedByUs(family, way, lora));
  }
  writeFileSync(join(folder, "cases.json"), JSON.stringify({ ids: IDS, tolerance: TOLERANCE, cases }));
  const script = fileURLToPath(new URL("decoders.py", import.meta.url));
  const { status } = spawnSync(python, [script, folder], { stdio: "inherit" });
  if (status !== 0) failures += 1;
  for (const family of families) await openTheirs(family);
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function load(name) {
  return (await resolvePretrainedDecoder(`./${name}`, { baseDir: MODELS })).load();
}

/** Trains an adapter, writes PEFT's files and says where they are and what the merged model gives. */
async function trainedByUs({ name, base, loaded }, way, lora) {
  const rows = packedRows(packSequences([Int32Array.from(IDS)], { length: IDS.length }));
  const { parameters, adapter } = await trainDecoder(
    { loaded, packed: true, train: rows, validation: rows },
    { fineTune: "lora", lora, epochs: 15, batchSize: 1, learningRate: 1e-2, dropout: 0, threads: 1 },
  );
  const { config, tensors } = peftAdapter(adapter.trained, { ...adapter, base });
  const path = join(folder, name, way);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "adapter_config.json"), JSON.stringify(config));
  writeFileSync(join(path, "adapter_model.safetensors"), Buffer.concat(writeSafetensors(tensors, { format: "pt" })));
  return { name, way, base, path, logits: await logitsOf(loaded, parameters) };
}

/** Logits of the model with the adapters that PEFT wrote, beside those that it gave. */
async function openTheirs({ name, loaded }) {
  for (const way of readdirSync(join(folder, name, "theirs"))) {
    const path = join(folder, name, "theirs", way);
    const read = (file) => readFileSync(join(path, file));
    const layers = adaptableLayers(causalLanguageModel(loaded.decoder), loaded.parameters);
    const { settings, parameters } = readPeftAdapter(
      {
        config: JSON.parse(read("adapter_config.json")),
        tensors: readSafetensors(read("adapter_model.safetensors"), path).tensors,
      },
      { model: { modelType: loaded.decoder.modelType, layers }, file: path },
    );
    const adapted = Array.from(parameters, ([key, value]) => [key, { name: key, tensor: value, decay: true }]);
    const merged = mergeAdapters(new Map([...loaded.parameters, ...adapted]), settings);
    const expected = JSON.parse(read("logits.json"));
    const logits = await logitsOf(loaded, merged);
    const plain = await logitsOf(loaded, loaded.parameters);
    const distance = (values) => Math.max(...values.map((value, i) => Math.abs(value - expected[i])));
    const [difference, moved] = [distance(logits), distance(plain)];
    // What moved nothing would show nothing.
    const isEqual = difference <= TOLERANCE && moved > 100 * TOLERANCE;
    if (!isEqual) failures += 1;
    console.log(
      `${isEqual ? "ok" : "DIFFERENT"}  ${name}, ${way} of PEFT opened here: greatest difference of a logit ` +
        `${difference.toExponential(1)}; the adapter moved logits by ${moved.toExponential(1)}`,
    );
  }
}

async function logitsOf({ decoder }, parameters) {
  const source = givenParameters(parameters, "parameters");
  const { graph } = buildPrediction(causalLanguageModel(decoder), { source, build: INFERENCE });
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const { logits } = await session.run({
    input_ids: tensor("int64", [1, IDS.length], BigInt64Array.from(IDS, BigInt)),
  });
  session.release();
  return Array.from(logits.data);
}
