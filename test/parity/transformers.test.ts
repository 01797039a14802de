import { readFileSync } from "node:fs";
import { type Tensor, tensorFrom } from "@modelwright/engine";
import {
  causalLanguageModel,
  crossEntropy,
  defineModel,
  type Gpt2Config,
  gpt2,
  type LlamaConfig,
  llama,
  type ModelDefinition,
  type VitConfig,
  vit,
} from "@modelwright/models";
import {
  type ArchitectureCase,
  type ArchitectureFixture,
  describeBesidePytorch,
  imageRows,
  type TrainingConfig,
} from "./beside-pytorch.ts";
import { hashed } from "./hashed-model.ts";

interface Config {
  readonly training: TrainingConfig;
  readonly gpt2: Gpt2Config;
  readonly llama: LlamaConfig;
  readonly vit: VitConfig & { readonly image: readonly [number, number, number] };
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"));
const fixtures: Readonly<Record<string, ArchitectureFixture>> = read("transformers.json");
const config: Config = read("transformers-config.json");
const { training } = config;
const ROWS = training.steps * training.batchSize;

/** Arithmetic sequences modulo the vocabulary; the last position predicts nothing. */
function textRows({ vocabularySize, positions }: Gpt2Config | LlamaConfig): Record<string, Tensor> {
  const first = hashed(ROWS, "first");
  const stride = hashed(ROWS, "stride");
  const token = (row: number, at: number) =>
    ((first[row]! % vocabularySize) + ((stride[row]! % 4) + 1) * at) % vocabularySize;
  const rows = (f: (row: number, at: number) => number) =>
    tensorFrom(
      "int64",
      [ROWS, positions],
      Array.from({ length: ROWS * positions }, (_, i) => f(Math.floor(i / positions), i % positions)),
    );
  return {
    input_ids: rows(token),
    labels: rows((row, at) => (at === positions - 1 ? -100 : token(row, at + 1))),
  };
}

const imageClassifier = defineModel({
  name: "vit",
  inputs: { images: { dtype: "float32", shape: ["batch", ...config.vit.image] } },
  targets: { labels: { dtype: "int64", shape: ["batch"] } },
  forward: (c, { images }) => ({ logits: vit(c, images, config.vit) }),
  loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
}) as ModelDefinition;

const CASES: readonly Pick<ArchitectureCase, "name" | "model" | "data">[] = [
  { name: "gpt2", model: causalLanguageModel(gpt2(config.gpt2)), data: textRows(config.gpt2) },
  { name: "llama", model: causalLanguageModel(llama(config.llama)), data: textRows(config.llama) },
  { name: "vit", model: imageClassifier, data: imageRows(ROWS, config.vit) },
];

describeBesidePytorch(CASES.map((example) => ({ ...example, fixture: fixtures[example.name]!, training })));
