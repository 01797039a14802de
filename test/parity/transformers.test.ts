import { readFileSync } from "node:fs";
import { defaultRuntime, encodeModel, type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import {
  buildPrediction,
  causalLanguageModel,
  crossEntropy,
  defineModel,
  type Gpt2Config,
  gpt2,
  INFERENCE,
  type LlamaConfig,
  llama,
  type ModelDefinition,
  type VitConfig,
  vit,
} from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import { describe, expect, test } from "vitest";
import { hashed, hashedParameters, hashedUnits } from "./hashed-model.ts";

interface Fixture {
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Every k-th logit of the first batch, before training. */
  readonly logitsSample: readonly number[];
  readonly losses: readonly number[];
}

interface Config {
  readonly training: Readonly<Record<"steps" | "batchSize" | "learningRate" | "weightDecay" | "clipNorm", number>>;
  readonly gpt2: Gpt2Config;
  readonly llama: LlamaConfig;
  readonly vit: VitConfig & { readonly picture: readonly [number, number, number] };
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"));
const fixtures: Readonly<Record<string, Fixture>> = read("transformers.json");
const config: Config = read("transformers-config.json");
const { training } = config;
const ROWS = training.steps * training.batchSize;

/** Arithmetic sequences modulo the vocabulary; the last position predicts nothing. */
function textRows({ vocabularySize, positions }: Gpt2Config | LlamaConfig): Record<string, Tensor> {
  const first = hashed(ROWS, "first");
  const stride = hashed(ROWS, "stride");
  const piece = (row: number, at: number) =>
    ((first[row]! % vocabularySize) + ((stride[row]! % 4) + 1) * at) % vocabularySize;
  const rows = (f: (row: number, at: number) => number) =>
    tensorFrom(
      "int64",
      [ROWS, positions],
      Array.from({ length: ROWS * positions }, (_, i) => f(Math.floor(i / positions), i % positions)),
    );
  return {
    input_ids: rows(piece),
    labels: rows((row, at) => (at === positions - 1 ? -100 : piece(row, at + 1))),
  };
}

/** Noise with a brighter row of pixels, whose place is the class. */
function pictureRows({ picture, classes }: Config["vit"]): Record<string, Tensor> {
  const [channels, height, width] = picture;
  const size = channels * height * width;
  const labels = Array.from(hashed(ROWS, "label"), (bits) => bits % classes);
  const pictures = Float32Array.from(hashedUnits(ROWS * size, "noise"), (noise, i) => {
    const pixelRow = Math.floor(i / width) % height;
    return Math.fround(noise) + (pixelRow === labels[Math.floor(i / size)] ? 1 : 0);
  });
  return { pictures: tensor("float32", [ROWS, ...picture], pictures), labels: tensorFrom("int64", [ROWS], labels) };
}

const pictureClassifier = defineModel({
  name: "vit",
  inputs: { pictures: { dtype: "float32", shape: ["batch", ...config.vit.picture] } },
  targets: { labels: { dtype: "int64", shape: ["batch"] } },
  forward: (c, { pictures }) => ({ logits: vit(c, pictures, config.vit) }),
  loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
}) as ModelDefinition;

const CASES: readonly { name: string; model: ModelDefinition; data: Record<string, Tensor> }[] = [
  { name: "gpt2", model: causalLanguageModel(gpt2(config.gpt2)), data: textRows(config.gpt2) },
  { name: "llama", model: causalLanguageModel(llama(config.llama)), data: textRows(config.llama) },
  { name: "vit", model: pictureClassifier, data: pictureRows(config.vit) },
];

const relativeDifference = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);

describe.each(CASES)("$name beside PyTorch, from the same weights and batches", ({ name, model, data }) => {
  const fixture = fixtures[name]!;
  const built = buildPrediction(model, { source: hashedParameters, build: INFERENCE });

  test("has PyTorch's parameters", () => {
    const shapes = Object.fromEntries(
      Array.from(
        built.parameters,
        ([
          key,
          {
            tensor: { shape },
          },
        ]) => [key, [...shape]],
      ),
    );
    expect(shapes).toEqual(fixture.parameters);
  });

  test("gives PyTorch's logits, to 1e-4 of the largest", async () => {
    const first = Object.fromEntries(
      Object.keys(model.inputs).map((input) => {
        const { dtype, shape, data: values } = data[input]!;
        const count = (values.length / ROWS) * training.batchSize;
        return [
          input,
          { dtype, shape: [training.batchSize, ...shape.slice(1)], data: values.slice(0, count) } as Tensor,
        ];
      }),
    );
    const session = await (await defaultRuntime()).createSession(encodeModel(built.graph), { threads: 1 });
    const { logits } = await session.run(first).finally(() => session.release());
    const stride = Math.max(1, Math.floor(logits!.data.length / 64));
    const largest = Math.max(...fixture.logitsSample.map(Math.abs));
    for (const [i, expected] of fixture.logitsSample.entries())
      expect(Math.abs(Number(logits!.data[i * stride]) - expected) / largest).toBeLessThan(1e-4);
  });

  test("loses what PyTorch loses over 50 updates, to 1e-3", async () => {
    const { steps, batchSize, learningRate, weightDecay, clipNorm } = training;
    const trained = await trainModel(model, {
      data: { tensors: data },
      parameters: built.parameters,
      shuffle: false,
      optimizer: "adamw",
      threads: 1,
      ...{ steps, batchSize, learningRate, weightDecay, clipNorm },
    });
    const losses = trained.curve.map(({ loss }) => loss);
    trained.release();
    expect(losses).toHaveLength(steps);
    for (const [step, expected] of fixture.losses.entries())
      expect(relativeDifference(losses[step]!, expected), `update ${step}`).toBeLessThan(1e-3);
    expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
  });
});
