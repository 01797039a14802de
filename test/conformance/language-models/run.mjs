// Language models that recipes trained, opened by transformers: node run.mjs PYTHON      (README.md)
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, tensor } from "@modelwright/engine";
import { train } from "modelwright";

const [, , python = "python3"] = process.argv;
const TOLERANCE = 1e-4;
const FAMILIES = ["gpt2", "llama", "mistral", "qwen2", "qwen3"];
const ENCODERS = ["bert", "distilbert", "roberta", "xlm-roberta", "mpnet", "electra", "modernbert", "deberta-v3"];
const TEXT = "Two three four five.";
const IDS = 9;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "modelwright-language-models-"));
const texts = join(folder, "texts");
const registry = join(folder, "registry");

const recipe = (name, kind, model, train) => ({
  name,
  task: `${kind}-language-modeling`,
  data: { source: texts, split: { test: 0.2, validation: 0.1 } },
  model,
  train: { batchSize: 8, learningRate: 5e-3, threads: 1, ...train },
  evaluate: { bootstrap: 100 },
});
const SMALL = { vocabularySize: 300, layers: 2, width: 32, heads: 4, sequenceLength: 24 };

function writeTexts() {
  mkdirSync(texts);
  const counting = "one two three four five six seven eight nine ten".split(" ");
  for (let i = 0; i < 20; i++) {
    const words = Array.from({ length: 64 }, (_, at) => counting[(i + at) % counting.length]);
    const sentences = Array.from({ length: 8 }, (_, at) => `${words.slice(at * 8, at * 8 + 8).join(" ")}.`);
    const text = sentences.map((sentence) => sentence[0].toUpperCase() + sentence.slice(1)).join(" ");
    writeFileSync(join(texts, `d${i}.txt`), `${text} Document ${i}.`);
  }
}

/** What our graph makes of some tokens. */
async function expectedOf(name, kind, directory) {
  const tokenizer = loadTokenizer(readFileSync(join(directory, "tokenizer.json"), "utf8"));
  const runtime = await defaultRuntime();
  const session = await runtime.createSession(readFileSync(join(directory, "onnx", "model.onnx")), { threads: 1 });
  const ids = Array.from({ length: IDS }, (_, i) => (7 + i * 5) % Math.min(200, tokenizer.vocabularySize));
  const row = (values) => tensor("int64", [1, values.length], BigInt64Array.from(values, BigInt));
  const given = {
    input_ids: row(ids),
    attention_mask: row(ids.map(() => 1)),
    token_type_ids: row(ids.map(() => 0)),
    position_ids: row([...ids.keys()]),
    num_logits_to_keep: tensor("int64", [], BigInt64Array.of(0n)),
  };
  const feeds = Object.fromEntries(
    session.inputs.map(({ name, shape }) => [
      name,
      given[name] ?? tensor("float32", [1, Number(shape[1]), 0, Number(shape[3])], new Float32Array(0)),
    ]),
  );
  const { logits } = await session.run(feeds, ["logits"]);
  session.release();
  const textIds = [...tokenizer.encode(TEXT, Number.POSITIVE_INFINITY)];
  return { name, kind, folder: directory, ids, logits: [...logits.data], text: TEXT, textIds };
}

try {
  writeTexts();
  const versions = [];
  const made = async (name, kind, model, options, opened = kind) => {
    const { directory } = await train(recipe(name, kind, model, options), { registry });
    versions.push(await expectedOf(name, opened, directory));
    return directory;
  };
  const gpt = await made("gpt", "causal", SMALL, { epochs: 2 });
  await made("bert", "masked", SMALL, { epochs: 2 });
  await made("further", "causal", { base: gpt, sequenceLength: 24 }, { steps: 4 });
  for (const family of FAMILIES) {
    const base = here(`../../parity/fixtures/decoders/${family}`);
    await made(family, "causal", { base, fineTune: "lora", sequenceLength: 24 }, { steps: 4 });
  }
  for (const family of ENCODERS) {
    const base = here(`../../parity/fixtures/encoders/${family}`);
    await made(`masked-${family}`, "masked", { base, sequenceLength: 24 }, { steps: 4 }, "filled");
  }
  const task = join(folder, "task.json");
  writeFileSync(task, JSON.stringify(versions));
  const { status } = spawnSync(python, [here("load.py"), task, String(TOLERANCE)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
