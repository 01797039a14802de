import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import { optimize } from "../passes/optimize.ts";
import { evaluate } from "../reference/evaluate.ts";
import { fromReference, toReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { elementCount } from "../tensor/tensor.ts";
import { allclose } from "../testing/allclose.ts";
import { uniform, values } from "../testing/random-tensors.ts";
import { differentiate, gradientName } from "./differentiate.ts";

const LAYERS = 4;
const SEGMENTS = Array.from({ length: LAYERS }, (_, layer) => `layer${layer}.`);
const SIZES = [8, 4];

/** Residual layers with a mask each, as dropout has it; `batch` is 8 in every run. */
function network(batch: string | number): { graph: Graph; parameters: string[]; loss: string } {
  const b = new GraphBuilder({ name: "network" });
  let x = b.input("x", "float32", [batch, 4]);
  const parameters: string[] = [];
  const parameter = (name: string, shape: readonly number[]): Value => {
    parameters.push(b.scoped(name));
    return b.input(b.scoped(name), "float32", shape);
  };
  for (let layer = 0; layer < LAYERS; layer++) {
    x = b.scope(`layer${layer}`, () => {
      const wide = b.op("Gelu", [b.op("MatMul", [x, parameter("up", [4, 16])])]);
      const kept = b.op("DequantizeLinear", [b.input(b.scoped("mask"), "uint8", [batch, 16]), b.scalar(2)]);
      return b.op("Add", [x, b.op("MatMul", [b.op("Mul", [wide, kept]), parameter("down", [16, 4])])]);
    });
  }
  b.output(b.op("ReduceSum", [b.op("Mul", [x, x])], { keepdims: 0 }), "loss");
  return { graph: b.build(), parameters, loss: "loss" };
}

const feeds = {
  x: uniform(SIZES),
  ...Object.fromEntries(
    SEGMENTS.flatMap((segment, i) => [
      [`${segment}up`, uniform([4, 16], { from: -0.5, to: 0.5, seed: 2 * i + 2 })],
      [`${segment}down`, uniform([16, 4], { from: -0.5, to: 0.5, seed: 2 * i + 3 })],
      [
        `${segment}mask`,
        values(
          "uint8",
          [8, 16],
          Array.from({ length: 128 }, (_, at) => (at * 7 + i) % 2),
        ),
      ],
    ]),
  ),
};

function trained(batch: string | number, recompute: readonly string[]): Graph {
  const { graph, parameters, loss } = network(batch);
  return optimize(differentiate(graph, { loss, parameters, recompute }));
}

/** Elements of the values that nodes of the forward pass give and nodes of the backward pass read, other than their shape. */
function keptElements(graph: Graph): number {
  const isBackward = (name: string) => name.startsWith("backward.");
  const readers = graph.nodes.filter(({ name, opType }) => isBackward(name) && opType !== "Shape");
  const read = new Set(readers.flatMap(({ inputs }) => inputs));
  return graph.nodes
    .filter(({ name }) => !isBackward(name))
    .flatMap(({ outputs }) => outputs.filter((name) => read.has(name)))
    .reduce((sum, name) => {
      const shape = graph.values.get(name)!.shape.map((size) => (typeof size === "number" ? size : 8));
      return sum + elementCount(shape);
    }, 0);
}

describe.each(["batch", 8])("recomputed segments over %s rows", (batch) => {
  test("give the same gradients, to the bit in float64", () => {
    const { graph, parameters, loss } = network(batch);
    const gradients = (recompute: readonly string[]) =>
      evaluate(differentiate(graph, { loss, parameters, recompute }), feeds);
    const [expected, actual] = [gradients([]), gradients(SEGMENTS)];
    for (const name of parameters.map(gradientName))
      expect(actual.get(name)!.data, name).toEqual(expected.get(name)!.data);
  });

  test("give the same gradients in ONNX Runtime, behind all passes", async () => {
    const names = network(batch).parameters.map(gradientName);
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, fromReference(feed)]));
    const [expected, actual] = await Promise.all(
      [[], SEGMENTS].map(async (recompute) => {
        const session = await (await defaultRuntime()).createSession(encodeModel(trained(batch, recompute)));
        return session.run(tensors, names).finally(() => session.release());
      }),
    );
    for (const name of names) {
      const closeness = allclose(actual![name]!, toReference(expected![name]!), { relative: 1e-5, absolute: 1e-6 });
      expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
    }
  });

  test("keep what stands between the layers, and nothing of what is inside", () => {
    const [kept, again] = [keptElements(trained(batch, [])), keptElements(trained(batch, SEGMENTS))];
    // x after each layer but the last, whose square the loss reads too.
    expect(again).toBe(LAYERS * elementCount(SIZES));
    expect(kept).toBeGreaterThan(5 * again);
  });

  test("compute every product of the forward pass again but those that no gradient reads", () => {
    const products = (graph: Graph) => graph.nodes.filter(({ opType }) => opType === "MatMul").length;
    expect(products(trained(batch, SEGMENTS)) - products(trained(batch, []))).toBe(LAYERS);
  });
});
