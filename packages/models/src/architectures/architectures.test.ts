import {
  defaultRuntime,
  differentiate,
  encodeModel,
  gradientName,
  RandomSource,
  type Tensor,
  tensorFrom,
  zeros,
} from "@modelwright/engine";
import { checkGradient, evaluate, type ReferenceTensor, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { buildLoss, buildPrediction, LOSS_OUTPUT, LOSS_SCALE_INPUT } from "../model-definition.ts";
import { classObjective } from "../objectives/class-objective.ts";
import { countParameters, type Parameters } from "../parameters/parameter.ts";
import { drawnParameters, givenParameters } from "../parameters/parameter-source.ts";
import { bert } from "./bert.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import type { Encoder } from "./encoder.ts";
import { buildTextEncoder, textInputs } from "./text-encoder.ts";
import { textModel } from "./text-model.ts";
import { useLite, useLiteArchitecture } from "./use-lite.ts";

const VOCABULARY = 11;
const CLASSES = 3;

const miniatures: Readonly<Record<string, Encoder>> = {
  "use-lite": useLiteArchitecture({
    vocabularySize: VOCABULARY,
    tokenWidth: 4,
    width: 8,
    innerWidth: 12,
    heads: 2,
    layers: 2,
    maxLength: 6,
  }),
  bert: bert({
    vocabularySize: VOCABULARY,
    width: 8,
    layers: 2,
    heads: 2,
    innerWidth: 12,
    positions: 6,
    tokenTypes: 2,
  }),
  "bert with mean pooling": bert({
    vocabularySize: VOCABULARY,
    width: 8,
    layers: 1,
    heads: 4,
    innerWidth: 8,
    positions: 6,
    pooling: "mean",
  }),
};

function classifierOf(architecture: Encoder, classes = CLASSES) {
  return textModel({ architecture, objective: classObjective({ classes, labelSmoothing: 0.1 }) });
}

/** Parameters away from their symmetric start, where norms, biases and small weights would hide errors. */
function randomParameters(architecture: Encoder): Parameters {
  const source = drawnParameters(RandomSource.fromSeed(3));
  const { parameters: initial } = buildPrediction(classifierOf(architecture), { source, build: INFERENCE });
  for (const [name, { tensor }] of initial) {
    const random = RandomSource.fromSeed(5).stream(name);
    for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = tensor.data[i]! + 0.3 * random.normal();
  }
  return initial;
}

const ids = [
  [3, 1, 4, 1, 5],
  [9, 2, 6, 0, 0],
];
const lengths = [5, 3];

function textFeeds(rows: readonly (readonly number[])[], keep: readonly number[]): Record<string, ReferenceTensor> {
  const shape = [rows.length, rows[0]!.length];
  const mask = rows.flatMap((row, i) => row.map((_, j) => (j < keep[i]! ? 1 : 0)));
  return {
    input_ids: toReference(tensorFrom("int64", shape, rows.flat())),
    attention_mask: toReference(tensorFrom("int64", shape, mask)),
  };
}

function trainingFeeds(model: BuiltModel): Record<string, ReferenceTensor> {
  const feeds = textFeeds(ids, lengths);
  feeds.labels = toReference(tensorFrom("int64", [2], [2, 0]));
  feeds[LOSS_SCALE_INPUT] = toReference(tensorFrom("float32", [], [0.5]));
  for (const [name, { tensor }] of model.parameters) feeds[name] = toReference(tensor);
  const sizes: Readonly<Record<string, number>> = { batch: ids.length, sequence: ids[0]!.length };
  for (const { name, shape, dropProbability } of model.dropouts) {
    const mask = new Uint8Array(
      shape.reduce<number>((n, size) => n * (typeof size === "number" ? size : sizes[size]!), 1),
    );
    RandomSource.fromSeed(7)
      .stream(name)
      .fillKeepMask(mask, dropProbability * 256);
    const numbers = shape.map((size) => (typeof size === "number" ? size : sizes[size]!));
    feeds[name] = toReference({ dtype: "uint8", shape: numbers, data: mask });
  }
  return feeds;
}

describe.each(Object.entries(miniatures))("%s in miniature", (_, architecture) => {
  const parameters = randomParameters(architecture);
  const source = givenParameters(parameters, "parameters");
  const training = buildLoss(classifierOf(architecture), {
    source,
    build: { trainable: () => true, training: { dropout: 0.25 } },
  });
  const { graph } = training;
  const feeds = trainingFeeds(training);

  test.each([...parameters.keys()])("has the gradient of central differences by %s", (parameter) => {
    const check = checkGradient({ graph, feeds, loss: LOSS_OUTPUT, parameter, step: 1e-5 });
    expect(check.relativeError).toBeLessThan(1e-5);
  });

  test("trains to the reference's gradients on ONNX Runtime", async () => {
    const names = [...parameters.keys()];
    const backward = differentiate(graph, { loss: LOSS_OUTPUT, parameters: names });
    const reference = evaluate(backward, feeds);
    const session = await (await defaultRuntime()).createSession(encodeModel(backward));
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { dtype, shape, data }]) => [name, tensorFrom(dtype, shape, data)]),
    );
    const outputs = await session.run(inputs, [LOSS_OUTPUT, ...names.map(gradientName)]);
    session.release();
    for (const [name, output] of Object.entries(outputs)) {
      const { data } = output as Tensor<"float32">;
      const expected = reference.get(name)!.data;
      const size = Math.hypot(...expected);
      const error = Math.hypot(...Array.from(data, (value, i) => value - expected[i]!));
      expect(error, name).toBeLessThan(2e-3 * size + 1e-6);
    }
  });

  test("gives a text the same embedding whatever stands behind it or beside it", () => {
    const { graph: encoder } = buildTextEncoder({ architecture, parameters });
    const embed = (rows: readonly (readonly number[])[], keep: readonly number[]) =>
      evaluate(encoder, textFeeds(rows, keep)).get("embedding")!.data;
    const alone = embed([[9, 2, 6]], [3]);
    const width = architecture.width;
    const padded = embed(
      [
        [3, 1, 4, 1, 5],
        [9, 2, 6, 7, 8],
      ],
      [5, 3],
    ).slice(width);
    padded.forEach((value, i) => {
      expect(value).toBeCloseTo(alone[i]!, 12);
    });
  });

  test("adds nothing to the served graph", () => {
    const served = buildPrediction(classifierOf(architecture), { source, build: INFERENCE });
    expect(served.graph.inputs.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ["input_ids", "int64", ["batch", "sequence"]],
      ["attention_mask", "int64", ["batch", "sequence"]],
    ]);
    expect(served.graph.outputs).toEqual([{ name: "logits", dtype: "float32", shape: ["batch", CLASSES] }]);
    expect(served.dropouts).toEqual([]);
    expect(served.graph.nodes.some(({ outputs }) => outputs.length > 1 && outputs[0]!.includes("Norm"))).toBe(false);
  });

  test("takes trained parameters as inputs and frozen ones as initializers", () => {
    const build = { trainable: (name: string) => name.startsWith("head.") };
    const mixed = buildPrediction(classifierOf(architecture), { source, build });
    expect(mixed.graph.inputs.map(({ name }) => name)).toEqual([
      "input_ids",
      "attention_mask",
      "head.classifier.weight",
      "head.classifier.bias",
    ]);
    const frozen = [...parameters.keys()].filter((name) => name.startsWith("encoder."));
    expect(frozen.every((name) => mixed.graph.initializers.get(name) === parameters.get(name)!.tensor)).toBe(true);
  });

  test("spares biases and norms from decay; what is not the head's begins with encoder", () => {
    for (const { name, tensor, decay } of parameters.values()) {
      expect(decay, name).toBe(tensor.shape.length > 1);
      expect(name).toMatch(/^(head|encoder)\./);
    }
  });

  test("names the parameter that does not fit", () => {
    const narrower = new Map(parameters);
    narrower.delete("head.classifier.bias");
    expect(() =>
      buildPrediction(classifierOf(architecture), {
        source: givenParameters(narrower, "model.safetensors"),
        build: INFERENCE,
      }),
    ).toThrow(/model\.safetensors: the architecture needs "head\.classifier\.bias", float32 \[3\]; it is not there/);
    expect(() => buildPrediction(classifierOf(architecture, 4), { source, build: INFERENCE })).toThrow(
      /"head\.classifier\.weight", float32 \[8, 4\]; it is float32 \[8, 3\]/,
    );
  });
});

describe("sizes", () => {
  /** The parameters that an encoder asks for, all zeros: the count does not depend on values. */
  const sizeOf = (architecture: Encoder) =>
    countParameters(
      buildModel({
        name: "size",
        source: { take: ({ shape }) => zeros("float32", shape) },
        build: INFERENCE,
        body: (c) => {
          const { inputIds, attentionMask } = textInputs(c);
          return { inputs: [], outputs: { embedding: architecture.apply(c, { inputIds, attentionMask }).pooled() } };
        },
      }).parameters,
    );

  test("Universal Sentence Encoder lite has 6,975,744 parameters", () => {
    // The sum of the float32 shapes in the published model.json, without the constants.
    expect(sizeOf(useLite)).toBe(6_975_744);
  });

  test("a BERT of 6 layers and width 384 has MiniLM-L6's 22,713,216 parameters", () => {
    const architecture = bert({
      vocabularySize: 30_522,
      width: 384,
      layers: 6,
      heads: 12,
      innerWidth: 1536,
      positions: 512,
      tokenTypes: 2,
    });
    expect(sizeOf(architecture)).toBe(22_713_216);
  });
});
