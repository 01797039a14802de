import { type Emitter, type Graph, GraphBuilder, RandomSource, tensorFrom, type Value } from "@modelwright/engine";
import { allclose, evaluate, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { simplified } from "./simplified.ts";

const [BATCH, SEQUENCE, HEADS, WIDTH] = [2, 3, 2, 4] as const;

/** What a graph of `[batch, sequence, heads · width]` computes, and its nodes, before and after it is simplified. */
function bothWays(write: (b: Emitter, x: Value) => Value): {
  readonly opTypes: readonly string[];
  readonly after: Graph;
} {
  const b = new GraphBuilder({ name: "attention" });
  const x = b.input("x", "float32", ["batch", "sequence", HEADS * WIDTH]);
  b.output(write(b, x), "y");
  const before = b.build();
  const { graph: after } = simplified({ graph: before, weights: new Set(), notes: [] });
  const random = RandomSource.fromSeed(1);
  const shape = [BATCH, SEQUENCE, HEADS * WIDTH];
  const numbers = Array.from({ length: shape.reduce((product, size) => product * size) }, () => random.uniform());
  const feeds = { x: toReference(tensorFrom("float32", shape, numbers)) };
  const [expected, actual] = [before, after].map((graph) => evaluate(graph, feeds).get("y")!);
  const closeness = allclose(actual!, expected!, { relative: 1e-6, absolute: 1e-6 });
  expect(closeness.isClose, closeness.message).toBe(true);
  return { opTypes: after.nodes.map(({ opType }) => opType), after };
}

/** A size of a value as exporters compute it. */
const size = (b: Emitter, x: Value, axis: number) =>
  b.op("Unsqueeze", [b.op("Gather", [b.op("Shape", [x]), b.scalar(axis, "int64")]), b.ints([0])]);

/** Heads apart, by sizes that a run computes. */
const inHeads = (b: Emitter, x: Value) =>
  b.op("Reshape", [x, b.op("Concat", [size(b, x, 0), size(b, x, 1), b.ints([HEADS]), b.ints([WIDTH])], { axis: 0 })]);

const rows = (b: Emitter, x: Value) => b.op("Transpose", [inHeads(b, x)], { perm: [0, 2, 1, 3] });
const columns = (b: Emitter, x: Value) => b.op("Transpose", [inHeads(b, x)], { perm: [0, 2, 3, 1] });
const scaled = (b: Emitter, x: Value) => b.op("Mul", [x, b.scalar(Math.sqrt(0.5))]);

describe("scores of attention are one scaled product of rows, their sizes constants", () => {
  const FORMS: Readonly<Record<string, (b: Emitter, x: Value) => Value>> = {
    "divided scores, as BERT has them": (b, x) =>
      b.op("Div", [b.op("MatMul", [rows(b, x), columns(b, x)]), b.scalar(2)]),
    "divided queries, as DistilBERT has them": (b, x) =>
      b.op("MatMul", [b.op("Div", [rows(b, x), b.scalar(2)]), columns(b, x)]),
    "scaled queries and keys, as PyTorch writes scaled_dot_product_attention": (b, x) =>
      b.op("MatMul", [scaled(b, rows(b, x)), scaled(b, columns(b, x))]),
    "keys turned twice": (b, x) =>
      b.op("Mul", [
        b.scalar(0.5),
        b.op("MatMul", [rows(b, x), b.op("Transpose", [rows(b, x)], { perm: [0, 1, 3, 2] })]),
      ]),
  };
  test.each(Object.entries(FORMS))("%s", (_, write) => {
    const { opTypes, after } = bothWays(write);
    expect(opTypes.filter((opType) => opType !== "Reshape" && opType !== "Transpose")).toEqual([
      "FusedMatMul",
      "Identity",
    ]);
    const [product] = after.nodes.filter(({ opType }) => opType === "FusedMatMul");
    expect(product!.attributes).toMatchObject({ transA: { value: 0 }, transB: { value: 1 } });
    expect(product!.attributes["alpha"]).toEqual({ type: "float", value: expect.closeTo(0.5, 6) });
    for (const { opType, attributes, inputs } of after.nodes) {
      if (opType === "Transpose") expect(attributes["perm"]).toEqual({ type: "ints", value: [0, 2, 1, 3] });
      if (opType === "Reshape") expect(after.initializers.has(inputs[1]!)).toBe(true);
    }
  });

  test("a product that something else reads unscaled stays", () => {
    const { opTypes } = bothWays((b, x) => {
      const product = b.op(
        "MatMul",
        [rows(b, x), rows(b, x)].map((value, i) => (i === 0 ? value : columns(b, x))),
      );
      return b.op("Add", [product, b.op("Div", [product, b.scalar(2)])]);
    });
    expect(opTypes.filter((opType) => opType === "FusedMatMul")).toHaveLength(1);
    expect(opTypes).toContain("Div");
  });

  test("a product with a weight stays one that adapters know", () => {
    const weight = tensorFrom(
      "float32",
      [8, 2],
      Array.from({ length: 16 }, (_, i) => i / 8),
    );
    const { opTypes } = bothWays((b, x) =>
      b.op("Div", [b.op("MatMul", [x, b.constant("float32", weight.shape, Array.from(weight.data))]), b.scalar(2)]),
    );
    expect(opTypes).toEqual(["MatMul", "Div", "Identity"]);
  });

  test("division by 0 and a factor that broadens the product stay", () => {
    expect(
      bothWays((b, x) =>
        b.op("Mul", [b.op("MatMul", [rows(b, x), columns(b, x)]), b.constant("float32", [1, 1, 1, 1, 1], [2])]),
      ).opTypes,
    ).toContain("Mul");
    const graph = new GraphBuilder({ name: "zero" });
    const x = graph.input("x", "float32", ["batch", 2, 2]);
    graph.output(graph.op("Div", [graph.op("MatMul", [x, x]), graph.scalar(0)]), "y");
    const draft = { graph: graph.build(), weights: new Set<string>(), notes: [] };
    expect(simplified(draft)).toBe(draft);
  });
});

describe("sizes", () => {
  const merged = (b: Emitter, x: Value, sizes: readonly Value[]) =>
    b.op("Reshape", [x, b.op("Concat", sizes, { axis: 0 })]);

  test("that are no axis of before are what is left", () => {
    const { after } = bothWays((b, x) =>
      merged(b, x, [b.op("Mul", [size(b, x, 0), size(b, x, 1)]), b.ints([HEADS * WIDTH])]),
    );
    const [reshape] = after.nodes;
    expect(after.initializers.get(reshape!.inputs[1]!)?.data).toEqual(BigInt64Array.of(-1n, 8n));
  });

  test("of two axes that have changed places stay computed", () => {
    const { opTypes } = bothWays((b, x) => merged(b, x, [size(b, x, 1), size(b, x, 0), b.ints([HEADS * WIDTH])]));
    expect(opTypes).toContain("Concat");
  });

  test("that an Expand asks for and a value has already are not expanded", () => {
    const whole = (b: Emitter, x: Value) =>
      b.op("Expand", [b.op("Neg", [x]), b.op("Concat", [size(b, x, 0), b.ints([1, HEADS * WIDTH])], { axis: 0 })]);
    expect(bothWays(whole).opTypes).toEqual(["Neg", "Identity"]);
    const wider = (b: Emitter, x: Value) =>
      b.op("Expand", [b.op("ReduceSum", [x, b.ints([1])], { keepdims: 1 }), b.op("Shape", [x])]);
    expect(bothWays(wider).opTypes).toContain("Expand");
  });

  test("and dtypes that a value has already are not cast to", () => {
    const { opTypes } = bothWays((b, x) => b.op("Cast", [b.op("Cast", [b.op("Neg", [x])], { to: 1 })], { to: 1 }));
    expect(opTypes).toEqual(["Neg", "Identity"]);
  });

  test("chosen where a size is -1, as PyTorch's expand writes it, are known", () => {
    const { opTypes } = bothWays((b, x) => {
      const asked = b.op("Concat", [size(b, x, 0), b.ints([-1, -1])], { axis: 0 });
      const ones = b.ints([1, 1, 1]);
      const sizes = b.op("Where", [b.op("Equal", [asked, b.ints([-1, -1, -1])]), ones, asked]);
      return b.op("Expand", [b.op("Neg", [x]), sizes]);
    });
    expect(opTypes).toEqual(["Neg", "Identity"]);
  });
});

describe("a row that is the same at every place", () => {
  const table = (b: Emitter) =>
    b.initializer(
      "types.weight",
      tensorFrom(
        "float32",
        [2, 8],
        Array.from({ length: 16 }, (_, i) => i - 3),
      ),
    );
  const everywhere = (b: Emitter, x: Value): Value => {
    const zeros = b.initializer("zeros", tensorFrom("int64", [1, 16], new Array(16).fill(1)));
    const slice = b.op("Slice", [zeros, b.ints([0]), size(b, x, 1), b.ints([1]), b.ints([1])]);
    return b.op("Gather", [
      table(b),
      b.op("Expand", [slice, b.op("Concat", [size(b, x, 0), size(b, x, 1)], { axis: 0 })]),
    ]);
  };

  test("is added as a vector", () => {
    const { opTypes, after } = bothWays((b, x) => b.op("Add", [everywhere(b, x), b.op("Neg", [x])]));
    expect(opTypes).toEqual(["Gather", "Neg", "Add", "Identity"]);
    expect(after.values.get(after.nodes[0]!.outputs[0]!)?.shape).toEqual([1, 8]);
  });

  test("is taken everywhere where its shape is needed", () => {
    const { opTypes } = bothWays((b, x) => b.op("Sub", [everywhere(b, x), b.op("Neg", [x])]));
    expect(opTypes).toContain("Expand");
  });
});
