import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { applyChatTemplate, type ChatTemplateConfig, loadTokenizer } from "@modelwright/data";
import { defaultRuntime, differentiate, encodeModel, gradientName, type Tensor, tensor } from "@modelwright/engine";
import {
  buildLoss,
  buildPrediction,
  causalLanguageModel,
  givenParameters,
  INFERENCE,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  type LoadedDecoder,
  publishedWeights,
  readSafetensors,
  resolvePretrainedDecoder,
} from "@modelwright/models";
import { beforeAll, describe, expect, test } from "vitest";

// Small random decoders in Hugging Face's layout, and what transformers makes of texts (fixtures/make-decoder-fixtures.py).
const root = fileURLToPath(new URL("fixtures/decoders/", import.meta.url));
const { texts }: { readonly texts: readonly string[] } = JSON.parse(readFileSync(`${root}texts.json`, "utf8"));
const names = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const runtime = await defaultRuntime();

describe.each(names)("%s", (name) => {
  const { tensors } = readSafetensors(readFileSync(`${root}${name}/expected.safetensors`), name);
  const ids = tensors.get("input_ids") as Tensor<"int64">;
  const mask = tensors.get("attention_mask") as Tensor<"int64">;
  let loaded: LoadedDecoder;
  beforeAll(async () => {
    loaded = await (await resolvePretrainedDecoder(`./${name}`, { baseDir: root })).load();
  });

  test("gives transformers' logits of every token, to 1e-4", async () => {
    const source = givenParameters(loaded.parameters, name);
    const { graph } = buildPrediction(causalLanguageModel(loaded.decoder), { source, build: INFERENCE });
    const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
    const { logits } = await session.run({ input_ids: ids }).finally(() => session.release());
    const { vocabularySize } = loaded.decoder;
    const given = Array.from(mask.data).flatMap((isToken, place) =>
      isToken === 0n
        ? []
        : Array.from(logits!.data.slice(place * vocabularySize, (place + 1) * vocabularySize) as Float32Array),
    );
    expect(greatestDifference(given, tensors.get("logits")!.data as Float32Array)).toBeLessThan(1e-4);
  });

  test("has transformers' loss, and its gradient of every parameter, to 1e-3 of its greatest number", async () => {
    const { graph } = buildLoss(causalLanguageModel(loaded.decoder), {
      source: givenParameters(loaded.parameters, name),
      build: { trainable: () => true, training: { dropout: 0 } },
    });
    const parameters = [...loaded.parameters.keys()];
    const backward = differentiate(graph, { loss: LOSS_OUTPUT, parameters });
    const session = await runtime.createSession(encodeModel(backward), { threads: 1 });
    const results = await session
      .run({
        input_ids: ids,
        labels: tensors.get("labels")!,
        ...Object.fromEntries(Array.from(loaded.parameters, ([key, value]) => [key, value.tensor])),
        [LOSS_SCALE_INPUT]: tensor("float32", [], Float32Array.of(1)),
      })
      .finally(() => session.release());
    expect(Number(results[LOSS_OUTPUT]!.data[0])).toBeCloseTo(Number(tensors.get("loss")!.data[0]), 4);
    const compared = new Set<string>();
    for (const [key, theirs] of tensors) {
      if (!key.startsWith("gradient.")) continue;
      const ours = loaded.names.toOurs(key.slice("gradient.".length))!;
      const gradient = results[gradientName(ours.name)]!;
      const expected = ours.turned ? transposed(theirs) : (theirs.data as Float32Array);
      // Keys have no gradient of their bias: a score that all places share changes no softmax.
      const largest = Math.max(1e-2, ...expected.map(Math.abs));
      expect(greatestDifference(gradient.data as Float32Array, expected) / largest, key).toBeLessThan(1e-3);
      compared.add(ours.name);
    }
    expect([...compared].sort()).toEqual(parameters.sort());
  });

  test("writes the tensors of the file that it was read from, bit for bit", () => {
    const file = readSafetensors(readFileSync(`${root}${name}/model.safetensors`), name).tensors;
    const written = publishedWeights(loaded.names, loaded.parameters);
    expect([...written.keys()].sort()).toEqual([...file.keys()].sort());
    for (const [key, { data, shape }] of file) expect(written.get(key), key).toMatchObject({ data, shape });
  });

  test("cuts texts into the ids of the original", () => {
    const tokenizer = loadTokenizer(loaded.tokenizerJson);
    const [, length] = ids.shape as [number, number];
    for (const [row, text] of texts.entries()) {
      const theirs = Array.from({ length }, (_, i) => row * length + i).flatMap((place) =>
        mask.data[place] === 1n ? [Number(ids.data[place])] : [],
      );
      expect([...tokenizer.read(text, Number.MAX_SAFE_INTEGER)]).toEqual(theirs);
    }
    expect(tokenizer.vocabularySize).toBeLessThanOrEqual(loaded.decoder.vocabularySize);
  });

  test("knows which tokens end a text", () => {
    const tokenizer = loadTokenizer(loaded.tokenizerJson);
    const ends = { gpt2: ["<|endoftext|>"], qwen2: ["<|end|>", "<|endoftext|>"] }[name] ?? ["<|end|>"];
    expect(loaded.generation.endIds).toEqual(ends.map((token) => tokenizer.idOf(token)));
    expect(loaded.generation.beginId).toBe(tokenizer.idOf("<|endoftext|>"));
  });
});

test("reads how a decoder samples, and its chat template from a file of its own", async () => {
  const { generation, tokenizerConfig } = await (await resolvePretrainedDecoder("./qwen2", { baseDir: root })).load();
  expect(generation).toMatchObject({ samples: true, temperature: 0.7, topP: 0.8, topK: 20 });
  const options = { addGenerationPrompt: true };
  expect(applyChatTemplate(tokenizerConfig as ChatTemplateConfig, [{ role: "user", content: "Hi" }], options)).toBe(
    "<|start|>user\nHi<|end|>\n<|start|>assistant\n",
  );
});

function transposed({ shape, data }: Tensor): Float32Array {
  const [rows, columns] = shape as [number, number];
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    Number(data[(i % rows) * columns + Math.floor(i / rows)]),
  );
}

function greatestDifference(ours: ArrayLike<number>, theirs: Float32Array): number {
  expect(ours.length).toBe(theirs.length);
  return theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i]!)), 0);
}
