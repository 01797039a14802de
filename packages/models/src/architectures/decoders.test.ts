import { defaultRuntime, encodeModel, RandomSource, type Tensor, tensorFrom } from "@modelwright/engine";
import { checkGradient, evaluate, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import {
  buildLoss,
  buildPrediction,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  type ModelDefinition,
} from "../model-definition.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { bert } from "./bert.ts";
import { causalLanguageModel, type Decoder } from "./decoder.ts";
import { dualEncoder } from "./dual-encoder.ts";
import { gpt2 } from "./gpt2.ts";
import { llama } from "./llama.ts";

const VOCABULARY = 11;
const sizes = { vocabularySize: VOCABULARY, width: 8, layers: 2, heads: 4, positions: 6 };
const decoders: Readonly<Record<string, Decoder>> = {
  gpt2: gpt2(sizes),
  "gpt2 with an output layer of its own": gpt2({ ...sizes, tied: false, activation: "relu" }),
  llama: llama({ ...sizes, keyValueHeads: 2, innerWidth: 12 }),
  "llama with everything that its children have": llama({
    ...sizes,
    keyValueHeads: 2,
    headWidth: 4,
    innerWidth: 12,
    rotaryScaling: { type: "llama3", factor: 8, lowTurns: 0.2, highTurns: 0.8, originalPositions: 3 },
    windows: [undefined, 2],
    hasBias: { attention: true, attentionOutput: true, feedForward: true },
    hasHeadNorms: true,
    tied: true,
  }),
};
const source = drawnParameters(RandomSource.fromSeed(3));

const int64 = (rows: readonly (readonly number[])[]) =>
  tensorFrom("int64", [rows.length, rows[0]!.length], rows.flat());

async function run(model: ModelDefinition, feeds: Readonly<Record<string, Tensor>>, output: string): Promise<number[]> {
  const { graph } = buildPrediction(model, { source, build: INFERENCE });
  const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
  const results = await session.run(feeds).finally(() => session.release());
  return Array.from(results[output]!.data as Float32Array);
}

const close = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
};

/** The gradient of the loss by each parameter against central differences in float64. */
function expectGradients(model: ModelDefinition, feeds: Readonly<Record<string, Tensor>>): void {
  const built = buildLoss(model, { source, build: { trainable: () => true, training: { dropout: 0 } } });
  const parameters = [...built.parameters.values()];
  const references = Object.fromEntries(
    Object.entries({
      ...feeds,
      [LOSS_SCALE_INPUT]: tensorFrom("float32", [], [1]),
      ...Object.fromEntries(parameters.map(({ name, tensor }) => [name, tensor])),
    }).map(([name, value]) => [name, toReference(value)]),
  );
  const checked = ["word", "position", "query", "norm", "qkv.weight", "key.weight", "gate.weight", "logits"];
  for (const { name } of parameters.filter(({ name }) => checked.some((part) => name.includes(part)))) {
    // Embeddings are of the size 0.02, and a norm bends on that scale.
    const check = checkGradient({
      graph: built.graph,
      feeds: references,
      loss: LOSS_OUTPUT,
      parameter: name,
      step: 1e-5,
    });
    expect(check.relativeError, name).toBeLessThan(1e-5);
  }
}

describe.each(Object.entries(decoders))("%s", (_, decoder) => {
  const model = causalLanguageModel(decoder);
  const packed = causalLanguageModel(decoder, { packed: true });

  test("does not see what comes later", async () => {
    const [a, b] = [
      [1, 2, 3, 4, 5],
      [1, 2, 3, 9, 10],
    ].map((ids) => run(model, { input_ids: int64([ids]) }, "logits"));
    const [first, second] = [await a!, await b!];
    close(first.slice(0, 3 * VOCABULARY), second.slice(0, 3 * VOCABULARY));
    expect(first.slice(3 * VOCABULARY)).not.toEqual(second.slice(3 * VOCABULARY));
  });

  test("reads texts that share a row as if each stood alone", async () => {
    const together = await run(
      packed,
      {
        input_ids: int64([[7, 8, 9, 1, 2, 0]]),
        segment_ids: int64([[1, 1, 1, 2, 2, 0]]),
        position_ids: int64([[0, 1, 2, 0, 1, 0]]),
      },
      "logits",
    );
    const [first, second] = await Promise.all(
      [
        [7, 8, 9],
        [1, 2],
      ].map((ids) => run(model, { input_ids: int64([ids]) }, "logits")),
    );
    close(together.slice(0, 3 * VOCABULARY), first!);
    close(together.slice(3 * VOCABULARY, 5 * VOCABULARY), second!);
  });

  test("has gradients that agree with central differences", () => {
    expectGradients(packed, {
      input_ids: int64([[7, 8, 9, 1, 2, 0]]),
      segment_ids: int64([[1, 1, 1, 2, 2, 0]]),
      position_ids: int64([[0, 1, 2, 0, 1, 0]]),
      labels: int64([[8, 9, 3, 2, 5, -100]]),
    });
  });
});

describe("bert with the norm in front", () => {
  const encoder = bert({ ...sizes, innerWidth: 12, normPlacement: "pre", pooling: "mean" });

  test("has one more norm behind the last layer", () => {
    const model = dualEncoder(encoder);
    const built = buildPrediction(model, { source, build: INFERENCE });
    expect([...built.parameters.keys()]).toContain("encoder.norm.weight");
    expect(built.parameters.get("encoder.layer0.attention_norm.weight")?.tensor.shape).toEqual([8]);
  });
});

describe("dualEncoder", () => {
  const encoder = bert({ ...sizes, innerWidth: 12, pooling: "mean" });
  const model = dualEncoder(encoder);
  const feeds = {
    anchor_ids: int64([
      [1, 2, 3],
      [4, 5, 0],
    ]),
    anchor_mask: int64([
      [1, 1, 1],
      [1, 1, 0],
    ]),
    positive_ids: int64([
      [1, 2, 3, 0],
      [6, 7, 8, 9],
    ]),
    positive_mask: int64([
      [1, 1, 1, 0],
      [1, 1, 1, 1],
    ]),
  };

  test("reads both texts with one encoder: the same text has the same unit vector", async () => {
    const [anchor, positive] = [await run(model, feeds, "anchor"), await run(model, feeds, "positive")];
    close(anchor.slice(0, 8), positive.slice(0, 8));
    expect(anchor.slice(0, 8).reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  test("loses cross-entropy over the cosines of the batch, in float64 by hand", () => {
    const built = buildLoss(model, { source, build: INFERENCE });
    const inputs = Object.fromEntries(
      Object.entries({ ...feeds, [LOSS_SCALE_INPUT]: tensorFrom("float32", [], [1]) }).map(([name, value]) => [
        name,
        toReference(value),
      ]),
    );
    const values = evaluate(built.graph, inputs);
    const prediction = buildPrediction(model, { source, build: INFERENCE }).graph;
    const { [LOSS_SCALE_INPUT]: _, ...texts } = inputs;
    const vectors = evaluate(prediction, texts);
    const row = (name: string, i: number) => vectors.get(name)!.data.slice(i * 8, (i + 1) * 8);
    const cosine = (i: number, j: number) =>
      row("anchor", i).reduce((sum, x, k) => sum + x * row("positive", j)[k]!, 0);
    const losses = [0, 1].map(
      (i) => Math.log(Math.exp(20 * cosine(i, 0)) + Math.exp(20 * cosine(i, 1))) - 20 * cosine(i, i),
    );
    expect(values.get(LOSS_OUTPUT)!.data[0]).toBeCloseTo((losses[0]! + losses[1]!) / 2, 6);
  });

  test("has gradients that agree with central differences", () => expectGradients(model, feeds));
});
