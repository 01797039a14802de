import { describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../../autodiff/differentiate.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import type { PlainAttributes } from "../../graph/emitter.ts";
import type { Graph } from "../../graph/graph.ts";
import { encodeModel } from "../../onnx/encode.ts";
import { optimize } from "../../passes/optimize.ts";
import { evaluate } from "../../reference/evaluate.ts";
import { fromReference } from "../../reference/reference-tensor.ts";
import { defaultRuntime } from "../../runtime/default-runtime.ts";
import { allclose } from "../../testing/allclose.ts";
import { uniform, values } from "../../testing/random-tensors.ts";

const [D, H] = [3, 5];
const GATES = { LSTM: 4, GRU: 3, RNN: 1 } as const;
type RecurrentOperator = keyof typeof GATES;
const OPERATORS = Object.keys(GATES) as RecurrentOperator[];
const PARAMETERS = ["w", "r", "bias", "h"];

/** The mean square of Y, in both directions, over sequences of any number and length. */
function symbolicLoss(opType: RecurrentOperator): Graph {
  const gates = GATES[opType];
  const b = new GraphBuilder({ name: opType });
  const x = b.input("x", "float32", ["sequence", "batch", D]);
  const w = b.input("w", "float32", [2, gates * H, D]);
  const r = b.input("r", "float32", [2, gates * H, H]);
  const bias = b.input("bias", "float32", [2, 2 * gates * H]);
  const lengths = b.input("lengths", "int32", ["batch"]);
  const h = b.input("h", "float32", [2, "batch", H]);
  const y = b.op(opType, [x, w, r, bias, lengths, h], { hidden_size: H, direction: "bidirectional" });
  expect(y.shape).toEqual(["sequence", 2, "batch", H]);
  b.output(b.op("ReduceMean", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
  return b.build();
}

function feedsOf(opType: RecurrentOperator, lengths: readonly number[]) {
  const gates = GATES[opType];
  const weight = (shape: readonly number[], seed: number) => uniform(shape, { from: -0.6, to: 0.6, seed });
  return {
    x: uniform([Math.max(...lengths), lengths.length, D]),
    w: weight([2, gates * H, D], 2),
    r: weight([2, gates * H, H], 3),
    bias: weight([2, 2 * gates * H], 4),
    lengths: values("int32", [lengths.length], lengths),
    h: weight([2, lengths.length, H], 5),
  };
}

describe.each(OPERATORS)("%s of symbolic sizes", (opType) => {
  const graph = symbolicLoss(opType);
  const training = optimize(differentiate(graph, { loss: "loss", parameters: PARAMETERS }));

  test.each([[[3, 7]], [[2, 1, 2, 2, 1]]])("trains on lengths %j as the reference does", async (lengths) => {
    const feeds = feedsOf(opType, lengths);
    const session = await (await defaultRuntime()).createSession(encodeModel(training), { threads: 1 });
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, fromReference(value)]));
    const results = await session.run(tensors).finally(() => session.release());
    const expected = evaluate(training, feeds);
    for (const name of ["loss", ...PARAMETERS.map(gradientName)]) {
      const closeness = allclose(results[name]!, expected.get(name)!, { relative: 1e-4, absolute: 1e-6 });
      expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
    }
  });

  test("computes the same loss in training as by the operator itself", () => {
    const feeds = feedsOf(opType, [4, 2]);
    const [before, after] = [graph, training].map((one) => evaluate(one, feeds).get("loss")!.data[0]!);
    expect(after).toBeCloseTo(before!, 12);
  });

  test("does not unroll: the training graph has no more nodes for more steps", () => {
    expect(training.nodes.filter(({ opType: name }) => name === "Scan")).toHaveLength(4);
    expect(training.nodes.length).toBeLessThan(250);
  });
});

test("no gradient where no parameter is: the operator itself stays", () => {
  const graph = differentiate(symbolicLoss("LSTM"), { loss: "loss", parameters: [] });
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(["LSTM", "Mul", "ReduceMean", "Identity"]);
});

test.each<[string, PlainAttributes, string]>([
  ["LSTM", { layout: 1 }, "layout is 0: time before batch, got 1"],
  ["LSTM", { clip: 3 }, "clip is left out, got 3"],
  ["LSTM", { input_forget: 1 }, "input_forget is 0, got 1"],
  ["GRU", { activations: ["Sigmoid", "Relu"] }, "activations are Sigmoid, Tanh, got Sigmoid, Relu"],
  ["RNN", { activations: ["Affine"], activation_alpha: [2] }, "activation_alpha and activation_beta are left out"],
  ["RNN", { direction: "sideways" }, "direction is one of forward, reverse, bidirectional, got sideways"],
])("%s with %j is refused by name", (opType, attributes, message) => {
  const gates = GATES[opType as RecurrentOperator];
  const b = new GraphBuilder({ name: "variant" });
  const inputs = [
    [2, 1, D],
    [1, gates * H, D],
    [1, gates * H, H],
  ].map((shape, i) => b.input(`i${i}`, "float32", shape));
  expect(() => b.op(opType, inputs, attributes)).toThrow(message);
});

test.each(OPERATORS)(
  "weights of %s that do not fit are refused, whatever type a file gives to what comes of them",
  (opType) => {
    const graph = symbolicLoss(opType);
    const inputs = graph.inputs.map((input) => (input.name === "r" ? { ...input, shape: [4 * H, H] } : input));
    expect(() => differentiate({ ...graph, inputs }, { loss: "loss", parameters: ["w"] })).toThrow(
      expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH" }),
    );
  },
);

test("peepholes are refused by name", () => {
  const b = new GraphBuilder({ name: "peepholes" });
  const input = (name: string, shape: readonly number[]) => b.input(name, "float32", shape);
  const operands = [input("x", [2, 1, D]), input("w", [1, 4 * H, D]), input("r", [1, 4 * H, H])];
  const rest = [undefined, undefined, undefined, undefined, input("p", [1, 3 * H])];
  expect(() => b.op("LSTM", [...operands, ...rest])).toThrow("peepholes, the input P, are left out, got p");
});
