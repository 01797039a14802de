import { readFileSync } from "node:fs";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, encodeModel, tensorFrom } from "@modelwright/engine";
import { BUILT_IN_MODELS, buildTextEncoder } from "@modelwright/models";
import { type PretrainedSamples, pretrainedContract } from "@modelwright/models/testing";
import { expect, test } from "vitest";

// What TensorFlow.js makes of 100 sentences (fixtures/make-use-lite.mjs).
const { sentences }: { readonly sentences: PretrainedSamples["texts"] } = JSON.parse(
  readFileSync(new URL("fixtures/use-lite.json", import.meta.url), "utf8"),
);
const embeddings = new Float32Array(
  Uint8Array.from(readFileSync(new URL("fixtures/use-lite.f32", import.meta.url))).buffer,
);
const useLite = BUILT_IN_MODELS.find(({ name }) => name === "use-lite-en")!;

// The two programs differ by float32 rounding only.
pretrainedContract(useLite, { samples: { texts: sentences, embeddings, tolerance: 2e-6 }, tokenizerOf: loadTokenizer });

test("Universal Sentence Encoder lite gives a finite unit vector for a text without tokens", async () => {
  const { encoder, parameters } = await useLite.load();
  const { graph } = buildTextEncoder({ architecture: encoder, parameters });
  const session = await (await defaultRuntime()).createSession(encodeModel(graph));
  const { embedding } = await session.run({
    input_ids: tensorFrom("int64", [2, 3], [0, 0, 0, 8, 9, 10]),
    attention_mask: tensorFrom("int64", [2, 3], [0, 0, 0, 1, 1, 1]),
  });
  session.release();
  const empty = Array.from(embedding!.data as Float32Array).slice(0, encoder.width);
  expect(empty.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 5);
});
