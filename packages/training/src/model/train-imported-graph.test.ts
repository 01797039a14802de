import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  decodeModel,
  defaultRuntime,
  encodeModel,
  type Graph,
  RandomSource,
  type Tensor,
  tensorFrom,
} from "@modelwright/engine";
import {
  buildPrediction,
  crossEntropy,
  defineModel,
  dense,
  drawnParameters,
  graphLayer,
  INFERENCE,
  readSafetensors,
} from "@modelwright/models";
import { beforeAll, describe, expect, test } from "vitest";
import { loadTrainedModel } from "./load-trained-model.ts";
import { trainModel } from "./train-model.ts";

/** A sentence encoder as a stranger exports it: opset 17, 17 million parameters (Apache-2.0), where it is at hand. */
const FILE = fileURLToPath(
  new URL("../../../../../shared/models/paraphrase-MiniLM-L3-v2-onnx/model.onnx", import.meta.url),
);
const STATES = "onnx::Shape_422";
const SENTENCE = "461";

const IDS = { dtype: "int64", shape: ["batch", "sequence"] } as const;
const ROWS = 16;
const LENGTH = 9;
/** WordPiece ids between [CLS] and [SEP], the second half of the rows padded; the class is whether "good" (2204) is among them. */
const labels = Array.from({ length: ROWS }, (_, row) => row % 2);
const lengths = Array.from({ length: ROWS }, (_, row) => (row < ROWS / 2 ? LENGTH : LENGTH - 3));
const words = (row: number, place: number) =>
  place === 3 ? [2919, 2204][labels[row]!]! : 2000 + 37 * row + 11 * place;
const idAt = (row: number, place: number) => {
  if (place === 0) return 101;
  if (place >= lengths[row]!) return 0;
  return place === lengths[row]! - 1 ? 102 : words(row, place);
};
const table = (valueAt: (row: number, place: number) => number): Tensor =>
  tensorFrom(
    "int64",
    [ROWS, LENGTH],
    Array.from({ length: ROWS * LENGTH }, (_, i) => valueAt(Math.floor(i / LENGTH), i % LENGTH)),
  );
const texts = {
  input_ids: table(idAt),
  attention_mask: table((row, place) => (place < lengths[row]! ? 1 : 0)),
};

function greatestDifference(a: Tensor | undefined, b: Tensor | undefined): number {
  expect(a!.shape).toEqual(b!.shape);
  const [left, right] = [a!.data as Float32Array, b!.data as Float32Array];
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i]!)), 0);
}

describe.skipIf(!existsSync(FILE))("paraphrase-MiniLM-L3-v2 as a layer", () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = decodeModel(await readFile(FILE), { file: FILE });
  });

  const definition = () =>
    defineModel({
      name: "imported-classifier",
      inputs: { input_ids: IDS, attention_mask: IDS },
      targets: { labels: { dtype: "int64", shape: ["batch"] } },
      forward: (c, inputs) => {
        const outputs = [SENTENCE, STATES] as const;
        const encoded = c.scope("encoder", () => graphLayer(c, graph, inputs, { outputs }));
        const logits = c.scope("head", () => dense(c, encoded[SENTENCE], { name: "classifier", width: 2 }));
        return { logits, sentence: encoded[SENTENCE], states: encoded[STATES] };
      },
      loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
    });

  test("gives before training what ONNX Runtime gives for the file, and learns under a head", async () => {
    const runtime = await defaultRuntime();
    const original = await runtime.createSession(new Uint8Array(await readFile(FILE)), { file: FILE });
    const wanted = await original.run(texts);
    original.release();

    const source = drawnParameters(RandomSource.fromSeed(1));
    const untrained = buildPrediction(definition(), { source, build: INFERENCE });
    const layer = await runtime.createSession(encodeModel(untrained.graph));
    const before = await layer.run(texts);
    layer.release();
    expect(greatestDifference(before.sentence, wanted[SENTENCE])).toBeLessThan(1e-5);
    expect(greatestDifference(before.states, wanted[STATES])).toBeLessThan(2e-5);

    const data = { tensors: { ...texts, labels: tensorFrom("int64", [ROWS], labels) } };
    const trained = await trainModel(definition(), { data, batchSize: 8, steps: 24, learningRate: 3e-4, seed: 3 });
    expect(await trained.evaluate(data)).toBeLessThan(0.3 * trained.curve[0]!.loss);

    const directory = await mkdtemp(join(tmpdir(), "modelwright-imported-"));
    try {
      await trained.save(directory);
      const { tensors } = readSafetensors(await readFile(join(directory, "model.safetensors")), "model.safetensors");
      const words = "encoder.model.0.auto_model.embeddings.word_embeddings.weight";
      expect(tensors.get(words)!.shape).toEqual([30_522, 384]);
      const last = "model.0.auto_model.encoder.layer.2.output.LayerNorm.weight";
      expect(tensors.get(`encoder.${last}`)!.data).not.toEqual(graph.initializers.get(last)!.data);

      const { logits } = await trained.predict(texts);
      const exported = await runtime.createSession(new Uint8Array(await readFile(join(directory, "model.onnx"))));
      expect((await exported.run(texts)).logits!.data).toEqual(logits.data);
      exported.release();
      const loaded = await loadTrainedModel(definition(), directory);
      expect((await loaded.predict(texts)).logits.data).toEqual(logits.data);
      loaded.release();
    } finally {
      trained.release();
      await rm(directory, { recursive: true });
    }
  });
});
