import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { evaluate } from "../reference/evaluate.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { allclose } from "../testing/allclose.ts";
import { uniform } from "../testing/random-tensors.ts";
import { contractSoftmaxSums } from "./contract-softmax-sums.ts";
import { eliminateCommonSubexpressions } from "./eliminate-common-subexpressions.ts";
import { foldConstants } from "./fold-constants.ts";
import { nameOutputs } from "./name-outputs.ts";
import { optimize, PASSES } from "./optimize.ts";
import { poolBeforeProducts } from "./pool-before-products.ts";
import { removeDeadNodes } from "./remove-dead-nodes.ts";
import { shareGelu } from "./share-gelu.ts";

const PASSES_AND_ALL = [...PASSES, optimize];

const opTypes = (graph: Graph) => graph.nodes.map((node) => node.opType);

/** A program: each step applies an operator to earlier values, all of shape [2, 3]. */
const program = fc.array(
  fc.record({
    opType: fc.constantFrom("Add", "Mul", "Tanh", "turn", "halves", "rows", "sizes"),
    left: fc.nat(),
    right: fc.nat(),
    isOutput: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

function build(steps: typeof program extends fc.Arbitrary<infer T> ? T : never): Graph {
  const b = new GraphBuilder({ name: "program" });
  const values: Value[] = [
    b.input("x", "float32", [2, 3]),
    b.initializer("w", tensorFrom("float32", [2, 3], [1, -0.5, 2, 0.25, -1, 0.5])),
  ];
  for (const { opType, left, right, isOutput } of steps) {
    const [l, r] = [values[left % values.length]!, values[right % values.length]!];
    const forms: Record<string, () => Value> = {
      Tanh: () => b.op("Tanh", [l]),
      turn: () => b.op("Transpose", [b.op("Transpose", [l])]),
      halves: () => b.op("Slice", [b.op("Concat", [l, r], { axis: 0 }), b.ints([1]), b.ints([3])]),
      rows: () => b.op("Gather", [l, b.ints([1, 0])]),
      sizes: () => b.op("Reshape", [l, b.op("Shape", [r])]),
    };
    const value = forms[opType]?.() ?? b.op(opType, [l, r]);
    values.push(value);
    if (isOutput) b.output(value);
  }
  b.output(values.at(-1)!, "last");
  const loss = b.op("ReduceSum", [b.op("Mul", [values.at(-1)!, values[0]!])], { keepdims: 0 });
  b.output(loss, "loss");
  return b.build();
}

/** All outputs of both graphs, in the interpreter. */
function expectSameOutputs(actual: Graph, expected: Graph): void {
  const feeds = { x: uniform([2, 3]) };
  const [a, e] = [evaluate(actual, feeds), evaluate(expected, feeds)];
  expect(actual.inputs).toEqual(expected.inputs);
  expect(actual.outputs).toEqual(expected.outputs);
  for (const { name } of expected.outputs) {
    const closeness = allclose(a.get(name)!, e.get(name)!, { relative: 1e-5, absolute: 1e-5 });
    expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
  }
}

describe.each(PASSES_AND_ALL)("$name", (pass) => {
  test("leaves all outputs unchanged, in a graph and in its gradient", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const graph = build(steps);
        expectSameOutputs(pass(graph), graph);
        const training = differentiate(graph, { loss: "loss", parameters: ["x"] });
        expectSameOutputs(pass(training), training);
      }),
    );
  });

  test("gives a graph that it leaves as it is", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const once = optimize(build(steps));
        expect(pass(once)).toBe(once);
      }),
    );
  });

  test("knows the types of exactly the values that are there", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const graph = pass(build(steps));
        const names = [...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()];
        names.push(...graph.nodes.flatMap((node) => node.outputs));
        expect([...graph.values.keys()].sort()).toEqual([...new Set(names)].sort());
      }),
    );
  });
});

/** A graph with a node whose attribute graph reads `captured` and `captured.again`. */
function withSubgraph(): Graph {
  const b = new GraphBuilder({ name: "outer" });
  const x = b.input("x", "float32", [2]);
  const flag = b.input("flag", "bool", []);
  for (const name of ["captured", "captured.again"]) b.op("Tanh", [x], {}, name);
  const plain = b.build();
  const inner = (name: string): Graph => {
    const branch = new GraphBuilder({ name: `${name}.branch` });
    branch.output(branch.op("Identity", [branch.input(name, "float32", [2])]), `${name}.result`);
    return { ...branch.build(), inputs: [] };
  };
  const node: Node = {
    name: "if",
    opType: "If",
    domain: "",
    inputs: [flag.name],
    outputs: ["y"],
    attributes: {
      then_branch: { type: "graph", value: inner("captured") },
      else_branch: { type: "graph", value: inner("captured.again") },
    },
  };
  const y: Value = { name: "y", dtype: "float32", shape: [2] };
  return { ...plain, nodes: [...plain.nodes, node], outputs: [y], values: new Map([...plain.values, ["y", y]]) };
}

describe("values that graphs inside nodes read", () => {
  test.each(PASSES_AND_ALL)("are kept by $name", (pass) => {
    const graph = withSubgraph();
    expect(pass(graph)).toBe(graph);
  });
});

test("optimize can leave a pass out", () => {
  const b = new GraphBuilder({ name: "dead" });
  const x = b.input("x", "float32", []);
  b.op("Exp", [x]);
  b.output(b.op("Neg", [x]));
  expect(optimize(b.build()).nodes).toHaveLength(1);
  const others = PASSES.filter((pass) => pass !== removeDeadNodes);
  expect(optimize(b.build(), { passes: others }).nodes).toHaveLength(2);
});

describe("removeDeadNodes", () => {
  test("removes nodes and initializers without use, and keeps inputs", () => {
    const b = new GraphBuilder({ name: "dead" });
    const x = b.input("x", "float32", [2]);
    b.input("unused", "float32", [1]);
    b.op("Add", [x, b.scalar(3)]);
    b.output(b.op("Tanh", [x]), "y");
    const graph = removeDeadNodes(b.build());
    expect(opTypes(graph)).toEqual(["Tanh", "Identity"]);
    expect(graph.initializers.size).toBe(0);
    expect(graph.inputs).toHaveLength(2);
  });
});

describe("foldConstants", () => {
  test("computes nodes of constants, and sizes that are known beside those that are not", () => {
    const b = new GraphBuilder({ name: "fold" });
    const x = b.input("x", "float32", ["batch", 4]);
    const width = b.op("Gather", [b.op("Shape", [x]), b.ints([1])], {}, "width");
    const shape = b.op("Concat", [b.ints([-1]), width], { axis: 0 }, "shape");
    b.output(b.op("Add", [b.op("Reshape", [x, shape]), b.op("Tanh", [b.scalar(1)], {}, "known")]), "y");
    const graph = foldConstants(b.build());
    expect(opTypes(graph)).toEqual(["Shape", "Reshape", "Add", "Identity"]);
    expect(graph.initializers.get("shape")).toEqual(tensorFrom("int64", [2], [-1, 4]));
    expect(graph.initializers.get("known")).toEqual(tensorFrom("float32", [], [Math.tanh(1)]));
  });

  test("does not make large constants, nor touch random numbers or integers beyond 2^53", () => {
    const b = new GraphBuilder({ name: "large" });
    b.output(b.op("Neg", [b.op("Expand", [b.scalar(1), b.ints([1000, 1000])])]), "y");
    const large = { dtype: "int64" as const, shape: [1], data: new BigInt64Array([2n ** 62n + 1n]) };
    b.output(b.op("Neg", [b.op("Neg", [b.initializer("large", large)])]), "z");
    const graph = b.build();
    expect(foldConstants(graph)).toBe(graph);
    expect(opTypes(foldConstants(graph, { maxElements: 2_000_000 }))).not.toContain("Expand");
  });

  test("does not run what takes much longer than its sizes say", () => {
    const b = new GraphBuilder({ name: "costly" });
    const vectors = [..."abcdefgh"].map((name) => b.initializer(name, uniform([40])));
    b.output(b.op("Neg", [b.op("Einsum", vectors, { equation: "a,b,c,d,e,f,g,h->" })]), "sum");
    const texts = { dtype: "string" as const, shape: [1], data: [`${"a".repeat(40)}!`] };
    b.output(b.op("Not", [b.op("RegexFullMatch", [b.initializer("texts", texts)], { pattern: "(a+)+" })]), "fits");
    const graph = b.build();
    expect(foldConstants(graph)).toBe(graph);
  });
});

describe("composeTransposes", () => {
  test("makes one Transpose of a chain, and keeps what else is read", () => {
    const b = new GraphBuilder({ name: "turns" });
    const x = b.input("x", "float32", [2, 3, 4]);
    const first = b.op("Transpose", [x], { perm: [1, 2, 0] });
    const second = b.op("Transpose", [first]);
    b.output(b.op("Tanh", [second]), "tanh");
    b.output(b.op("Transpose", [second], { perm: [1, 0, 2] }), "y");
    const graph = b.build();
    const optimized = optimize(graph);
    expect(opTypes(optimized)).toEqual(["Transpose", "Tanh", "Identity", "Transpose", "Identity"]);
    const feeds = { x: uniform([2, 3, 4]) };
    const [actual, expected] = [optimized, graph].map((each) => evaluate(each, feeds));
    for (const name of ["tanh", "y"]) expect(actual!.get(name)).toEqual(expected!.get(name));
  });
});

describe("shareGelu", () => {
  test("computes the error function once in a graph and its gradient", () => {
    const b = new GraphBuilder({ name: "gelu" });
    const y = b.op("Gelu", [b.op("Tanh", [b.input("x", "float32", [2, 3])])]);
    b.output(b.op("ReduceSum", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
    const training = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
    const shared = optimize(training);
    expect(opTypes(shared).filter((type) => type === "Gelu" || type === "Erf")).toEqual(["Erf"]);
    expectSameOutputs(shared, training);
  });

  test("keeps Gelu without a gradient, and its approximation", () => {
    const b = new GraphBuilder({ name: "gelu" });
    const x = b.input("x", "float32", [2, 3]);
    b.output(b.op("Gelu", [x]), "alone");
    const graph = b.build();
    expect(shareGelu(graph)).toBe(graph);
    const approximate = b.op("Gelu", [x], { approximate: "tanh" });
    b.output(b.op("ReduceSum", [approximate], { keepdims: 0 }), "loss");
    expect(opTypes(optimize(differentiate(b.build(), { loss: "loss", parameters: ["x"] })))).toContain("Gelu");
  });
});

describe("contractSoftmaxSums", () => {
  /** Attention with 2 heads of a width over 5 positions, whose weights are kept or dropped. */
  function attention(width: number, isDropped: boolean): Graph {
    const b = new GraphBuilder({ name: "attention" });
    const x = b.input("x", "float32", [2, 5, width]);
    const scores = b.op("FusedMatMul", [x, b.op("Tanh", [x])], { transB: 1, alpha: 0.5 });
    const weights = b.op("Softmax", [scores], { axis: -1 });
    const factors = [0, 2, 0.5, 1, 3].map((value, i) => value + i / 8);
    const kept = isDropped
      ? b.op("Mul", [weights, b.initializer("factors", tensorFrom("float32", [5], factors))])
      : weights;
    const y = b.op("MatMul", [kept, b.op("Neg", [x])]);
    b.output(b.op("ReduceSum", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
    return differentiate(b.build(), { loss: "loss", parameters: ["x"] });
  }

  test.each([false, true])("sums over the width of a head; dropout: %s", (isDropped) => {
    const graph = attention(3, isDropped);
    const contracted = optimize(graph);
    const sum = contracted.nodes.find(
      ({ opType, inputs }) => opType === "ReduceSum" && inputs[0]!.endsWith(".contraction"),
    );
    expect(contracted.values.get(sum!.inputs[0]!)?.shape).toEqual([2, 5, 3]);
    const feeds = { x: uniform([2, 5, 3]) };
    const [actual, expected] = [contracted, graph].map((each) => evaluate(each, feeds));
    for (const { name } of graph.outputs) {
      const closeness = allclose(actual!.get(name)!, expected!.get(name)!, { relative: 1e-6, absolute: 1e-7 });
      expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
    }
  });

  test("goes on through a chain of products", () => {
    const b = new GraphBuilder({ name: "chain" });
    const x = b.input("x", "float32", [2, 5, 3]);
    const weights = b.op("Softmax", [b.op("FusedMatMul", [x, x], { transB: 1 })], { axis: -1 });
    const w = b.initializer("w", tensorFrom("float32", [3, 2], [1, 2, -3, 0.5, 1, -1]));
    const y = b.op("MatMul", [b.op("MatMul", [weights, x]), w]);
    b.output(b.op("ReduceSum", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
    const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
    const contracted = optimize(graph);
    const outputs = contracted.nodes.flatMap((node) => node.outputs);
    expect(new Set(outputs).size).toBe(outputs.length);
    const feeds = { x: uniform([2, 5, 3]) };
    const [actual, expected] = [contracted, graph].map((each) => evaluate(each, feeds).get("x.grad")!);
    expect(allclose(actual!, expected!, { relative: 1e-6, absolute: 1e-7 }).isClose).toBe(true);
  });

  test("leaves heads that are wide", () => {
    const graph = attention(65, false);
    expect(contractSoftmaxSums(graph)).toBe(graph);
  });
});

describe("eliminateCommonSubexpressions", () => {
  test("merges chains of equal nodes, but not nodes with other attributes", () => {
    const b = new GraphBuilder({ name: "common" });
    const x = b.input("x", "float32", [2, 2]);
    const chain = (axis: number) => b.op("Softmax", [b.op("Tanh", [x])], { axis });
    b.output(b.op("Add", [b.op("Add", [chain(0), chain(0)]), chain(1)]), "y");
    expect(opTypes(eliminateCommonSubexpressions(b.build()))).toEqual([
      "Tanh",
      "Softmax",
      "Add",
      "Softmax",
      "Add",
      "Identity",
    ]);
  });

  test("keeps nodes that make outputs, and random ones", () => {
    const b = new GraphBuilder({ name: "kept" });
    const x = b.input("x", "float32", [2]);
    b.output(b.op("Tanh", [x]));
    b.output(b.op("Tanh", [x]));
    for (const name of ["one", "two"]) b.output(b.op("Dropout", [x], {}, name));
    const graph = b.build();
    expect(eliminateCommonSubexpressions(graph)).toBe(graph);
  });
});

describe("nameOutputs", () => {
  const graph = () => {
    const b = new GraphBuilder({ name: "cache" });
    const [past, added] = [b.input("past", "float32", ["n"]), b.input("added", "float32", ["m"])];
    const present = b.op("Concat", [past, added], { axis: 0 });
    b.output(b.op("ReduceSum", [present], { keepdims: 0 }), "sum");
    b.output(present, "present");
    b.output(present, "again");
    b.output(past, "before");
    return b.build();
  };

  test("an output is made under its own name, where what it passes on is made here", () => {
    const [before, after] = [graph(), nameOutputs(graph())];
    expect(opTypes(before)).toEqual(["Concat", "ReduceSum", "Identity", "Identity", "Identity", "Identity"]);
    // A value has one name, and what is fed keeps that of the input.
    expect(opTypes(after)).toEqual(["Concat", "ReduceSum", "Identity", "Identity"]);
    const feeds = { past: uniform([2]), added: uniform([1]) };
    const [actual, expected] = [after, before].map((each) => evaluate(each, feeds));
    for (const { name } of before.outputs) expect(actual!.get(name)).toEqual(expected!.get(name));
  });
});

describe("poolBeforeProducts", () => {
  const [B, T, E, H] = [2, 3, 4, 5] as const;
  const feeds = {
    weights: uniform([B, 1, T], { seed: 1 }),
    x: uniform([B, T, E], { seed: 2 }),
    skipped: uniform([B, T, H], { seed: 3 }),
  };

  /** S·(skipped + relu(x)·W + b), and what else `more` wants of the graph. */
  function pooled(more: (b: GraphBuilder, projected: Value) => void = () => {}): Graph {
    const b = new GraphBuilder({ name: "pooled" });
    const weights = b.input("weights", "float32", ["B", 1, "T"]);
    const x = b.input("x", "float32", ["B", "T", E]);
    const skipped = b.input("skipped", "float32", ["B", "T", H]);
    const matrix = b.initializer("matrix", uniform([E, H], { seed: 4 }));
    const bias = b.initializer("bias", uniform([H], { seed: 5 }));
    const projected = b.op("MatMul", [b.op("Relu", [x]), matrix]);
    more(b, projected);
    b.output(b.op("MatMul", [weights, b.op("Add", [skipped, b.op("Add", [projected, bias])])]), "mean");
    return b.build();
  }

  const sizeOf = (graph: Graph, matrix: string) => {
    const product = graph.nodes.find(({ opType, inputs }) => opType === "MatMul" && inputs[1] === matrix)!;
    return graph.values.get(product.outputs[0]!)!.shape;
  };

  test("projects one row per batch entry instead of all, to the same mean", () => {
    const [before, after] = [pooled(), poolBeforeProducts(pooled())];
    expect(sizeOf(before, "matrix")).toEqual(["B", "T", H]);
    expect(sizeOf(after, "matrix")).toEqual(["B", 1, H]);
    const [expected, actual] = [before, after].map((graph) => evaluate(graph, feeds).get("mean")!);
    const closeness = allclose(actual!, expected!, { relative: 1e-6, absolute: 1e-6 });
    expect(closeness.isClose, closeness.message).toBe(true);
    expect(optimize(after)).toBe(after);
  });

  test("leaves rows alone that something else reads", () => {
    const graph = pooled((b, projected) => b.output(projected, "rows"));
    expect(poolBeforeProducts(graph)).toBe(graph);
  });

  test("leaves a sum with another shape alone", () => {
    const b = new GraphBuilder({ name: "broadcast" });
    const matrix = b.initializer("matrix", uniform([E, H], { seed: 4 }));
    const projected = b.op("MatMul", [b.input("x", "float32", ["B", 1, E]), matrix]);
    const rows = b.op("Add", [projected, b.input("skipped", "float32", ["B", "T", H])]);
    b.output(b.op("MatMul", [b.input("weights", "float32", ["B", 1, "T"]), rows]), "mean");
    const graph = b.build();
    expect(poolBeforeProducts(graph)).toBe(graph);
  });
});
