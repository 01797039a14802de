import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const built = (name) => import(new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href);

export const VOCABULARY = 50_257;
/** The last id, as GPT-2's. */
const END = VOCABULARY - 1;
const POSITIONS = 1024;

/** A GPT-2-shaped decoder of random weights, as a version that we load and as a folder that transformers.js opens. */
export async function writeModel(folder, { layers, width }) {
  const [engine, models] = await Promise.all(["engine", "models"].map(built));
  const sizes = { vocabularySize: VOCABULARY, width, layers, heads: width / 64, positions: POSITIONS };
  const decoder = models.gpt2(sizes);
  const { parameters } = models.buildPrediction(models.causalLanguageModel(decoder), {
    source: models.drawnParameters(engine.RandomSource.fromSeed(1)),
    build: models.INFERENCE,
  });
  const { graph } = models.buildDecoder({ decoder, parameters });
  await mkdir(join(folder, "onnx"), { recursive: true });
  await writeFile(join(folder, "onnx/model.onnx"), engine.encodeModel(graph));
  const ids = { bos_token_id: END, eos_token_id: END, pad_token_id: END };
  const json = {
    "config.json": { architectures: [decoder.className], model_type: decoder.modelType, ...decoder.config, ...ids },
    "generation_config.json": ids,
    "tokenizer.json": tokenizer(),
    "modelwright.json": manifest(models.countParameters(parameters)),
  };
  for (const [file, value] of Object.entries(json)) await writeFile(join(folder, file), JSON.stringify(value));
}

function tokenizer() {
  const name = (id) => (id === END ? "<|endoftext|>" : `w${id}`);
  return {
    version: "1.0",
    added_tokens: [{ id: END, content: name(END), special: true }],
    pre_tokenizer: { type: "WhitespaceSplit" },
    model: {
      type: "WordLevel",
      unk_token: "w0",
      vocab: Object.fromEntries(Array.from({ length: VOCABULARY }, (_, id) => [name(id), id])),
    },
  };
}

function manifest(parameters) {
  return {
    task: "causal-language-modeling",
    preprocessing: { tokenizer: "tokenizer.json", maxLength: POSITIONS, endOfTextId: END },
    model: { architecture: "gpt2", parameters },
    files: [],
  };
}
