import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, differentiate, encodeModel, gradientName, type Tensor, tensor } from "@modelwright/engine";
import {
  buildLoss,
  buildPrediction,
  defineModel,
  givenParameters,
  INFERENCE,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  type LoadedPretrained,
  readSafetensors,
  resolvePretrained,
} from "@modelwright/models";
import { pretrainedContract } from "@modelwright/models/testing";
import { beforeAll, describe, expect, test } from "vitest";

// Small random models in Hugging Face's layout, and what transformers and sentence-transformers make of texts (fixtures/make-encoder-fixtures.py).
const root = fileURLToPath(new URL("fixtures/encoders/", import.meta.url));
const { texts }: { readonly texts: readonly string[] } = JSON.parse(readFileSync(`${root}texts.json`, "utf8"));
const names = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const runtime = await defaultRuntime();

/** The loss of the fixtures: the vectors of tokens, each number by a weight of its own. */
const weighted = ({ encoder }: LoadedPretrained) =>
  defineModel({
    name: "weighted",
    inputs: {
      input_ids: { dtype: "int64", shape: ["batch", "sequence"] },
      attention_mask: { dtype: "int64", shape: ["batch", "sequence"] },
    },
    targets: { weights: { dtype: "float32", shape: ["batch", "sequence", encoder.width] } },
    forward: (c, { input_ids, attention_mask }) => ({
      vectors: encoder.apply(c, { inputIds: input_ids, attentionMask: attention_mask }).vectors!(),
    }),
    loss: (c, { outputs, targets }) =>
      c.b.op("ReduceSum", [c.b.op("Mul", [outputs.vectors, targets.weights])], { keepdims: 0 }),
  });

describe.each(names)("%s", (name) => {
  const { tensors } = readSafetensors(readFileSync(`${root}${name}/expected.safetensors`), name);
  const ids = tensors.get("input_ids") as Tensor<"int64">;
  const mask = tensors.get("attention_mask") as Tensor<"int64">;
  const [rows, length] = ids.shape as [number, number];
  const feeds = { input_ids: ids, attention_mask: mask };
  let loaded: LoadedPretrained;
  beforeAll(async () => {
    loaded = await (await resolvePretrained(`./${name}`, { baseDir: root })).load();
  });

  test("gives transformers' vectors of tokens, to 1e-4", async () => {
    const source = givenParameters(loaded.parameters, name);
    const { graph } = buildPrediction(weighted(loaded), { source, build: INFERENCE });
    const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
    const { vectors } = await session.run(feeds).finally(() => session.release());
    const { width } = loaded.encoder;
    const given = Array.from(mask.data).flatMap((isToken, place) =>
      isToken === 0n ? [] : Array.from(vectors!.data.slice(place * width, (place + 1) * width) as Float32Array),
    );
    expect(greatestDifference(given, tensors.get("vectors")!.data as Float32Array)).toBeLessThan(1e-4);
  });

  test("has transformers' gradient of every parameter, to 1e-3 of its greatest number", async () => {
    const source = givenParameters(loaded.parameters, name);
    const { graph } = buildLoss(weighted(loaded), {
      source,
      build: { trainable: () => true, training: { dropout: 0 } },
    });
    const parameters = [...loaded.parameters.keys()];
    const backward = differentiate(graph, { loss: LOSS_OUTPUT, parameters });
    const session = await runtime.createSession(encodeModel(backward), { threads: 1 });
    const gradients = await session
      .run({
        ...feeds,
        ...Object.fromEntries(Array.from(loaded.parameters, ([key, value]) => [key, value.tensor])),
        weights: lossWeights(rows, length, loaded.encoder.width, mask),
        [LOSS_SCALE_INPUT]: tensor("float32", [], Float32Array.of(1)),
      })
      .finally(() => session.release());
    const compared = new Set<string>();
    for (const [key, theirs] of tensors) {
      if (!key.startsWith("gradient.")) continue;
      const ours = loaded.names!.toOurs(key.slice("gradient.".length))!;
      const gradient = gradients[gradientName(ours.name)]!;
      const expected = ours.turned ? transposed(theirs) : (theirs.data as Float32Array);
      // Keys have no gradient of their bias: a score that all places share changes no softmax.
      const largest = Math.max(1e-2, ...expected.map(Math.abs));
      expect(greatestDifference(gradient.data as Float32Array, expected) / largest, key).toBeLessThan(1e-3);
      compared.add(ours.name);
    }
    expect([...compared].sort()).toEqual(parameters.sort());
  });

  test("finds the published name of every parameter", () => {
    for (const ours of loaded.parameters.keys()) {
      const { name: published, turned } = loaded.names!.toPublished(ours)!;
      expect(loaded.names!.toOurs(published)).toEqual({ name: ours, turned });
      expect(tensors.has(`gradient.${published}`), published).toBe(true);
    }
  });

  describe("as a pretrained model", async () => {
    const samples = {
      texts: texts.map((text, row) => ({
        text,
        ids: Array.from({ length }, (_, i) => row * length + i).flatMap((place) =>
          mask.data[place] === 1n ? [Number(ids.data[place])] : [],
        ),
      })),
      embeddings: tensors.get("pooled")!.data as Float32Array,
      tolerance: 1e-4,
    };
    pretrainedContract(await resolvePretrained(`./${name}`, { baseDir: root }), {
      samples,
      tokenizerOf: loadTokenizer,
    });
  });
});

function lossWeights(rows: number, length: number, width: number, mask: Tensor<"int64">): Tensor<"float32"> {
  const at = (row: number, token: number, feature: number) =>
    Number(mask.data[row * length + token]) * Math.sin(1.3 * row + 0.7 * token + 2.1 * feature);
  const data = Float32Array.from({ length: rows * length * width }, (_, i) =>
    at(Math.floor(i / (length * width)), Math.floor(i / width) % length, i % width),
  );
  return tensor("float32", [rows, length, width], data);
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
