import { readFileSync } from "node:fs";
import { decodeModel, defaultRuntime, encodeModel, RandomSource, tensorFrom } from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { INFERENCE } from "../layers/layer-context.ts";
import { buildPrediction } from "../model-definition.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { buildModel } from "./built-model.ts";
import { dualEncoder } from "./dual-encoder.ts";
import { type GraphEncoderOptions, graphEncoder } from "./graph-encoder.ts";
import { textInputs } from "./text-encoder.ts";

const runtime = await defaultRuntime();
const fixtures = new URL("../../fixtures/graphs/", import.meta.url);
const FILE = "attention.dynamo.onnx";
const graph = decodeModel(readFileSync(new URL(FILE, fixtures)), { file: FILE });
/** What PyTorch makes of two texts of 5 and 3 tokens (fixtures/graphs/make.py). */
const { inputs, output } = JSON.parse(readFileSync(new URL("graphs.json", fixtures), "utf8"))[FILE];
/** What the fixture's mean is taken of. */
const VECTORS = graph.nodes.find(({ opType, outputs }) => opType === "Mul" && outputs[0] === "mul_131")!.inputs[0]!;

const common = { graph, modelType: "attention", vocabularySize: 11, maxLength: 16 };
const ids = (name: string) => tensorFrom("int64", inputs[name].shape, inputs[name].data);
const texts = { input_ids: ids("input_ids"), attention_mask: ids("attention_mask") };

describe.each<[string, GraphEncoderOptions]>([
  ["the graph's own pooling", { ...common, pooled: "output" }],
  ["the mean of the tokens' vectors", { ...common, vectors: VECTORS }],
])("an encoder of a graph with %s", (_, options) => {
  const encoder = graphEncoder(options);

  test("gives PyTorch's vectors of texts", async () => {
    const { graph: built } = buildModel({
      name: "embed",
      source: drawnParameters(RandomSource.fromSeed(1)),
      build: INFERENCE,
      body: (c) => {
        const given = textInputs(c);
        const { vectors, pooled } = encoder.apply(c, given);
        return { inputs: Object.values(given), outputs: { pooled: pooled(), ...(vectors && { vectors: vectors() }) } };
      },
    });
    const session = await runtime.createSession(encodeModel(built), { threads: 1 });
    const { pooled, vectors } = await session.run(texts);
    session.release();
    expect(pooled!.shape).toEqual([2, encoder.width]);
    expect(vectors?.shape).toEqual(options.vectors === undefined ? undefined : [2, 5, encoder.width]);
    output.data.forEach((value: number, i: number) => {
      expect(pooled!.data[i]).toBeCloseTo(value, 5);
    });
  });

  test("reads two texts with one set of weights", () => {
    const source = drawnParameters(RandomSource.fromSeed(1));
    const { parameters } = buildPrediction(dualEncoder(encoder), { source, build: INFERENCE });
    const weights = [...graph.initializers].filter(([, { dtype, shape }]) => dtype === "float32" && shape.length > 0);
    expect([...parameters.keys()].toSorted()).toEqual(weights.map(([name]) => `encoder.${name}`).toSorted());
  });
});

test("an encoder needs a value of the graph", () => {
  expect(() => graphEncoder({ ...common, pooled: "sentence" })).toThrow(
    expect.objectContaining({ code: "MODEL_GRAPH_UNFIT", message: expect.stringContaining('no "sentence"') }),
  );
});
