import { readFileSync } from "node:fs";
import {
  decodeModel,
  defaultRuntime,
  differentiate,
  encodeModel,
  type Graph,
  GraphBuilder,
  gradientName,
  type NumericDType,
  RandomSource,
  type Tensor,
  tensorFrom,
  type Value,
} from "@modelwright/engine";
import { checkGradient, evaluate, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { type BuiltModel, buildModel } from "../architectures/built-model.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { type GraphLayerOptions, graphLayer } from "./graph-layer.ts";
import { type BuildOptions, INFERENCE, type LayerContext } from "./layer-context.ts";

const runtime = await defaultRuntime();
const fixtures = new URL("../../fixtures/graphs/", import.meta.url);

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
/** What PyTorch makes of each exported file (fixtures/graphs/make.py). */
const expected: Readonly<
  Record<
    string,
    {
      readonly inputs: Readonly<Record<string, Numbers>>;
      readonly output: Numbers;
      readonly gradients: Readonly<Record<string, Numbers>>;
    }
  >
> = JSON.parse(readFileSync(new URL("graphs.json", fixtures), "utf8"));

const graphOf = (file: string): Graph => decodeModel(readFileSync(new URL(file, fixtures)), { file });

/** A model of an imported graph alone. */
function modelOf(graph: Graph, options: { readonly build?: BuildOptions; readonly layer?: GraphLayerOptions } = {}) {
  return built(graph.inputs, options.build ?? INFERENCE, (c, inputs) => graphLayer(c, graph, inputs, options.layer));
}

function built(
  inputs: readonly Value[],
  build: BuildOptions,
  body: (c: LayerContext, inputs: Readonly<Record<string, Value>>) => Readonly<Record<string, Value>>,
): BuiltModel {
  return buildModel({
    name: "imported",
    source: drawnParameters(RandomSource.fromSeed(1)),
    build,
    body: (c) => {
      const values = Object.fromEntries(
        inputs.map(({ name, dtype, shape }) => [name, c.b.input(`given_${name}`, dtype, shape)]),
      );
      return { inputs: Object.values(values), outputs: c.scope("encoder", () => body(c, values)) };
    },
  });
}

function feedsOf(graph: Graph, inputs: Readonly<Record<string, Numbers>>): Record<string, Tensor> {
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype }) => [
      `given_${name}`,
      tensorFrom(dtype as NumericDType, inputs[name]!.shape, inputs[name]!.data),
    ]),
  );
}

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    session.release();
  }
}

function expectClose(actual: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  });
}

describe.each(Object.entries(expected))("%s, exported by PyTorch", (file, { inputs, output, gradients }) => {
  const graph = graphOf(file);
  const training = modelOf(graph, { build: { trainable: () => true, training: { dropout: 0 } } });
  const b = GraphBuilder.from(training.graph);
  const value = b.value("output");
  b.output(b.op("ReduceSum", [b.op("Mul", [value, value])], { keepdims: 0 }), "loss");
  const loss = b.build();
  const parameters = [...training.parameters.values()];
  const feeds = {
    ...feedsOf(graph, inputs),
    ...Object.fromEntries(parameters.map(({ name, tensor }) => [name, tensor])),
  };

  test("gives PyTorch's output as a layer", async () => {
    const results = await run(modelOf(graph).graph, feedsOf(graph, inputs));
    expect(results.output!.shape).toEqual(output.shape);
    expectClose(results.output!.data as Float32Array, output.data, 1e-5);
  });

  test("has PyTorch's gradients", async () => {
    const names = Object.keys(gradients).map((name) => `encoder.${name}`);
    const results = await run(differentiate(loss, { loss: "loss", parameters: names }), feeds);
    for (const [name, { shape, data }] of Object.entries(gradients)) {
      const gradient = results[gradientName(`encoder.${name}`)]!;
      expect(gradient.shape, name).toEqual(shape);
      expectClose(gradient.data as Float32Array, data, 1e-4);
    }
  });

  test.each(parameters.map(({ name }) => name))("has the gradient of central differences by %s", (parameter) => {
    const references = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toReference(tensor)]));
    const { analytic, numeric } = checkGradient({ graph: loss, feeds: references, loss: "loss", parameter });
    expect(Math.abs(analytic - numeric)).toBeLessThan(1e-5 * Math.max(1, Math.abs(numeric)));
  });

  test("starts from the file's weights, matrices decayed and vectors spared", () => {
    for (const { name, tensor, decay } of parameters) {
      expect(tensor).toEqual(graph.initializers.get(name.replace("encoder.", "")));
      expect(decay).toBe(tensor.shape.length > 1);
    }
  });
});

describe("graphLayer", () => {
  const perceptron = graphOf("perceptron.torchscript.onnx");
  const x = { x: { shape: [2, 3], data: [1, 2, 3, -1, 0, 0.5] } };

  test("keeps running statistics and scalars as they are", () => {
    expect([...modelOf(perceptron).parameters.keys()]).toEqual(
      ["offset", "hidden.weight", "hidden.bias", "norm.weight", "norm.bias", "last.weight", "last.bias"].map(
        (name) => `encoder.${name}`,
      ),
    );
  });

  test("takes the parameters that the caller names, and no integers", () => {
    const attention = graphOf("attention.dynamo.onnx");
    const layer = { parameters: (name: string) => name.startsWith("token") || name.startsWith("val_") };
    const { parameters } = modelOf(attention, { layer });
    const float = [...attention.initializers].filter(([, { dtype }]) => dtype === "float32").map(([name]) => name);
    expect([...parameters.keys()].toSorted()).toEqual(
      float
        .filter(layer.parameters)
        .map((name) => `encoder.${name}`)
        .toSorted(),
    );
  });

  test("returns values from inside and takes over no more than they need", async () => {
    const inner = perceptron.nodes.find(({ opType }) => opType === "Tanh")!.outputs[0]!;
    const model = modelOf(perceptron, { layer: { outputs: [inner] } });
    expect([...model.parameters.keys()].some((name) => name.includes("last"))).toBe(false);
    const results = await run(model.graph, feedsOf(perceptron, x));
    const wanted = evaluate(
      { ...perceptron, outputs: [perceptron.values.get(inner)!] },
      { x: toReference(tensorFrom("float32", x.x.shape, x.x.data)) },
    );
    expectClose(results[inner]!.data as Float32Array, [...wanted.get(inner)!.data], 1e-5);
  });

  test("used twice in a scope it shares its weights", async () => {
    const model = built(perceptron.inputs, INFERENCE, (c, { x }) => {
      const { output: once } = graphLayer(c, perceptron, { x: x! });
      const { output: twice } = graphLayer(c, perceptron, { x: c.b.op("Neg", [x!]) });
      return { once: once!, twice: twice! };
    });
    expect(model.parameters.size).toBe(modelOf(perceptron).parameters.size);
    const [plus, minus] = await Promise.all(
      [1, -1].map(async (sign) => {
        const negated = { x: { ...x.x, data: x.x.data.map((value) => sign * value) } };
        return (await run(modelOf(perceptron).graph, feedsOf(perceptron, negated))).output!.data as Float32Array;
      }),
    );
    const both = await run(model.graph, feedsOf(perceptron, x));
    expect(both.once!.data).toEqual(plus);
    expect(both.twice!.data).toEqual(minus);
  });

  test("two graphs with weights of one name need scopes of their own", () => {
    const other = graphOf("perceptron.torchscript.onnx");
    const both = (scope: string) =>
      built(perceptron.inputs, INFERENCE, (c, { x }) => {
        const { output: one } = graphLayer(c, perceptron, { x: x! });
        const { output: two } = c.scope(scope, () => graphLayer(c, other, { x: x! }));
        return { one: one!, two: two! };
      });
    expect(both("other").parameters.size).toBe(2 * modelOf(perceptron).parameters.size);
    const clash = () =>
      built(perceptron.inputs, INFERENCE, (c, { x }) => {
        graphLayer(c, perceptron, { x: x! });
        return graphLayer(c, other, { x: x! });
      });
    expect(clash).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: imported graph "main_graph": weights of one name in one scope are those of one graph, got another "encoder.offset". Give what printGraph(graph) shows that it needs; for another opset, export the model again.]`,
    );
  });

  const misuses: Record<string, readonly [misuse: (c: LayerContext, x: Value) => unknown, message: RegExp]> = {
    "an input that is missing": [(c) => graphLayer(c, perceptron, {}), /each input that is read is given, got no "x"/],
    "an input that the graph does not have": [
      (c, x) => graphLayer(c, perceptron, { x, y: x }),
      /its inputs are "x", got "y"/,
    ],
    "an input of another dtype": [
      (c) => graphLayer(c, perceptron, { x: c.b.input("z", "int64", ["batch", 3]) }),
      /input "x" is float32 \[batch, 3\], got int64 \[batch, 3\]/,
    ],
    "an input of another size": [
      (c) => graphLayer(c, perceptron, { x: c.b.input("z", "float32", ["batch", 4]) }),
      /input "x" is float32 \[batch, 3\], got float32 \[batch, 4\]/,
    ],
    "a value that the graph does not have": [
      (c, x) => graphLayer(c, perceptron, { x }, { outputs: ["pooled"] }),
      /a value that is asked for is in the graph, got "pooled"/,
    ],
    "a graph of an old opset": [
      (c, x) => graphLayer(c, { ...perceptron, opsets: { "": 11 } }, { x }),
      /opset 13 to 20, got opset 11/,
    ],
    "a graph of a newer opset": [
      (c, x) => graphLayer(c, { ...perceptron, opsets: { "": 22 } }, { x }),
      /opset 13 to 20, got opset 22/,
    ],
  };
  test.each(Object.entries(misuses))("refuses %s", (_, [misuse, message]) => {
    const attempt = () =>
      built(perceptron.inputs, INFERENCE, (c, { x }) => {
        misuse(c, x!);
        return { x: x! };
      });
    expect(attempt).toThrow(
      expect.objectContaining({ code: "MODEL_GRAPH_UNFIT", message: expect.stringMatching(message) }),
    );
  });
});

describe("an older graph", () => {
  const data = Array.from({ length: 24 }, (_, i) => Math.sin(i) + 1.5);
  const reductions = [
    ...["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax"],
    ...["ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"],
  ];
  const bodies: Record<string, (b: GraphBuilder, x: Value) => Value> = {
    ...Object.fromEntries(
      reductions.map((opType) => [
        opType,
        (b: GraphBuilder, x: Value) => b.op(opType, [x], { axes: [1], keepdims: 0 }),
      ]),
    ),
    "a reduction over everything": (b, x) => b.op("ReduceMean", [x], { keepdims: 0 }),
    "Split into equal parts": (b, x) => b.multi("Split", [x], 2, { axis: 1 })[1]!,
    "Split into given parts": (b, x) => b.multi("Split", [x, b.ints([1, 3])], 2, { axis: 1 })[1]!,
  };
  const cases = [13, 17].flatMap((opset) => Object.entries(bodies).map(([name, body]) => [opset, name, body] as const));

  test.each(cases)("of opset %i, %s, gives as a layer what ONNX Runtime gives for the file", async (opset, _, body) => {
    const b = new GraphBuilder({ name: "older", opsets: { "": opset } });
    const type: [NumericDType, number[]] = ["float32", [2, 4, 3]];
    b.output(body(b, b.input("x", ...type)), "y");
    const graph = b.build();
    const tensor = tensorFrom(...type, data);
    const original = await run(graph, { x: tensor });
    const layer = await run(modelOf(graph).graph, { given_x: tensor });
    expect(layer.y!.shape).toEqual(original.y!.shape);
    expect(layer.y!.data).toEqual(original.y!.data);
  });

  test("moves with the graphs inside its nodes, whose own names stay apart", async () => {
    const b = new GraphBuilder({ name: "chooses", opsets: { "": 17 } });
    const x = b.input("x", "float32", [4]);
    const isPositive = b.op("Greater", [b.op("ReduceMean", [x], { axes: [0], keepdims: 0 }), b.scalar(0)]);
    const branch = (name: string, factor: number): Graph => {
      const inner = b.inner(name);
      const mean = inner.op("ReduceMean", [x], { axes: [0], keepdims: 1 });
      inner.output(inner.op("Mul", [mean, inner.scalar(factor)]));
      return inner.build();
    };
    const branches = { then_branch: branch("then", 2), else_branch: branch("else", -3) };
    b.output(b.op("If", [isPositive], branches), "y");
    const graph = b.build();
    const twice = built(graph.inputs, INFERENCE, (c, { x }) => {
      const { y } = graphLayer(c, graph, { x: x! });
      const { y: negated } = graphLayer(c, graph, { x: c.b.op("Neg", [x!]) });
      return { once: y!, negated: negated! };
    });
    const { once, negated } = await run(twice.graph, { given_x: tensorFrom("float32", [4], [1, 2, 3, 6]) });
    expect([once!.data[0], negated!.data[0]]).toEqual([6, 9]);
  });
});
