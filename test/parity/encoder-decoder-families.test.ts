import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, differentiate, encodeModel, gradientName, type Tensor, tensor } from "@modelwright/engine";
import {
  buildLoss,
  buildPrediction,
  givenParameters,
  INFERENCE,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  type LoadedEncoderDecoder,
  publishedWeights,
  readSafetensors,
  resolvePretrainedEncoderDecoder,
  sequenceToSequenceModel,
} from "@modelwright/models";
import { beforeAll, describe, expect, test } from "vitest";

// Small random encoders with a decoder in Hugging Face's layout, and what transformers makes of pairs of texts
// (fixtures/make-encoder-decoder-fixtures.py).
const root = fileURLToPath(new URL("fixtures/encoder-decoders/", import.meta.url));
const names = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const runtime = await defaultRuntime();

describe.each(names)("%s", (name) => {
  const { tensors } = readSafetensors(readFileSync(`${root}${name}/expected.safetensors`), name);
  const labels = tensors.get("labels") as Tensor<"int64">;
  const inputs = {
    input_ids: tensors.get("input_ids")!,
    attention_mask: tensors.get("attention_mask")!,
    decoder_input_ids: shiftedRight(labels),
  };
  let loaded: LoadedEncoderDecoder;
  beforeAll(async () => {
    loaded = await (await resolvePretrainedEncoderDecoder(`./${name}`, { baseDir: root })).load();
  });

  test("gives transformers' logits of every token of padded targets, to 1e-4", async () => {
    const source = givenParameters(loaded.parameters, name);
    const { graph } = buildPrediction(sequenceToSequenceModel(loaded.model), { source, build: INFERENCE });
    const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
    const { logits } = await session.run(inputs).finally(() => session.release());
    const { vocabularySize } = loaded.model;
    const given = Array.from(labels.data).flatMap((label, place) =>
      label === -100n
        ? []
        : Array.from(logits!.data.slice(place * vocabularySize, (place + 1) * vocabularySize) as Float32Array),
    );
    expect(greatestDifference(given, tensors.get("logits")!.data as Float32Array)).toBeLessThan(1e-4);
  });

  test("has transformers' loss, and its gradient of every parameter, to 1e-3 of its greatest number", async () => {
    const { graph } = buildLoss(sequenceToSequenceModel(loaded.model), {
      source: givenParameters(loaded.parameters, name),
      build: { trainable: () => true, training: { dropout: 0 } },
    });
    const parameters = [...loaded.parameters.keys()];
    const backward = differentiate(graph, { loss: LOSS_OUTPUT, parameters });
    const session = await runtime.createSession(encodeModel(backward), { threads: 1 });
    const results = await session
      .run({
        ...inputs,
        labels,
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
      const largest = Math.max(1e-3, ...expected.map(Math.abs));
      expect(greatestDifference(gradient.data as Float32Array, expected) / largest, key).toBeLessThan(1e-3);
      compared.add(ours.name);
    }
    expect([...compared].sort()).toEqual(parameters.sort());
  });

  test("writes the tensors of the file that it was read from, bit for bit, without the copies in it", () => {
    const file = readSafetensors(readFileSync(`${root}${name}/model.safetensors`), name).tensors;
    const own = [...file.keys()].filter((key) => !key.endsWith("embed_tokens.weight"));
    const written = publishedWeights(loaded.names, loaded.parameters);
    expect([...written.keys()].sort()).toEqual(own.sort());
    for (const key of own) {
      const { data, shape } = file.get(key)!;
      expect(written.get(key), key).toMatchObject({ data, shape });
    }
  });

  test("cuts texts into the ids of the original, the end behind each", () => {
    const { texts, decoded, written } = JSON.parse(readFileSync(`${root}${name}/generated.json`, "utf8")) as {
      readonly texts: Readonly<Record<string, readonly number[]>>;
      readonly decoded: readonly string[];
      readonly written: { readonly greedy: readonly (readonly number[])[] };
    };
    const tokenizer = loadTokenizer(loaded.tokenizerJson);
    for (const [text, ids] of Object.entries(texts)) {
      expect([...tokenizer.read(text, Number.MAX_SAFE_INTEGER)], text).toEqual(ids);
    }
    expect(written.greedy.map((ids) => tokenizer.decode(ids))).toEqual(decoded);
    expect(tokenizer.vocabularySize).toBeLessThanOrEqual(loaded.model.vocabularySize);
  });

  test("knows what stands before a target, and what ends one", () => {
    expect(loaded.model).toMatchObject({ startId: 0, padId: 0 });
    expect(loaded.generation.endIds).toEqual([1]);
  });
});

/** What the decoder reads to predict these labels, as transformers makes it: the start, then all but the last; padding where none counts. */
function shiftedRight({ shape, data }: Tensor<"int64">): Tensor<"int64"> {
  const [, length] = shape as [number, number];
  const before = data.map((_, place) => (place % length === 0 || data[place - 1] === -100n ? 0n : data[place - 1]!));
  return { dtype: "int64", shape, data: before };
}

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
