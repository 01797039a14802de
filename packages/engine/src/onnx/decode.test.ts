import { readFileSync } from "node:fs";
import { ModelwrightError } from "@modelwright/contracts";
import fc from "fast-check";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import type { Attribute, Graph } from "../graph/graph.ts";
import { NUMERIC_DTYPES } from "../tensor/dtype.ts";
import { isNumeric, type Tensor, tensor, tensorFrom } from "../tensor/tensor.ts";
import { forwardGraph } from "../testing/case-graph.ts";
import type { OperatorCase } from "../testing/operator-case.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { decodeModel } from "./decode.ts";
import { encodeModel } from "./encode.ts";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/onnx/${name}.onnx`, import.meta.url));
}

const FIXTURES = ["typed-data", "if", "opset-9", "other-domain"];

/** Runs a model in ONNX Runtime. */
async function run(bytes: Uint8Array, feeds: Record<string, OrtTensor>): Promise<Record<string, unknown>> {
  const session = await InferenceSession.create(bytes);
  try {
    const results = await session.run(feeds);
    return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data }]));
  } finally {
    await session.release();
  }
}

describe("decodeModel undoes encodeModel", () => {
  const examples = Object.entries(OPERATOR_CASES as Record<string, readonly OperatorCase[]>).flatMap(
    ([opType, cases]) => cases.map((example): [string, OperatorCase] => [opType, example]),
  );
  test.each(Object.keys(OPERATOR_CASES))("for each case of %s", (opType) => {
    for (const [, example] of examples.filter(([name]) => name === opType)) {
      const { graph } = forwardGraph(opType, example);
      expect(withFloat32(decodeModel(encodeModel(graph)))).toEqual(withFloat32(graph));
    }
  });

  /** Float attributes are float32 in a file. */
  function withFloat32(graph: Graph): Graph {
    const round = (attribute: Attribute): Attribute =>
      attribute.type === "float" ? { type: "float", value: Math.fround(attribute.value) } : attribute;
    const nodes = graph.nodes.map((node) => ({
      ...node,
      attributes: Object.fromEntries(Object.entries(node.attributes).map(([name, value]) => [name, round(value)])),
    }));
    return { ...graph, nodes };
  }

  const dimension = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom("batch", "sequence", "batch*sequence"));
  const chain = fc.record({
    name: fc.string({ minLength: 1 }),
    shape: fc.array(dimension, { maxLength: 4 }),
    operators: fc.array(fc.constantFrom("Tanh", "Identity", "Mul", "Add", "Unsqueeze", "Transpose", "Shape"), {
      maxLength: 8,
    }),
    factor: fc.float({ noNaN: true }),
  });

  function build({ name, shape, operators, factor }: typeof chain extends fc.Arbitrary<infer T> ? T : never): Graph {
    const b = new GraphBuilder({ name });
    let value = b.input(`${name}.x`, "float32", shape);
    for (const operator of operators) {
      if (value.dtype === "int64") break;
      if (operator === "Mul" || operator === "Add") value = b.op(operator, [value, b.scalar(factor)]);
      else if (operator === "Unsqueeze") value = b.op(operator, [value, b.ints([0])]);
      else value = b.op(operator, [value]);
    }
    b.output(value, "result");
    return b.build();
  }

  test("for generated graphs", () => {
    fc.assert(
      fc.property(chain, (options) => {
        const graph = build(options);
        expect(decodeModel(encodeModel(graph))).toEqual(graph);
      }),
    );
  });

  test.each(NUMERIC_DTYPES)("for initializers of %s", (dtype) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 20 }), (values) => {
        const b = new GraphBuilder({ name: "weights" });
        b.output(b.op("Identity", [b.initializer("w", tensorFrom(dtype, [values.length], values))]), "y");
        const graph = b.build();
        expect(decodeModel(encodeModel(graph))).toEqual(graph);
      }),
    );
  });

  test("for initializers and attributes of texts", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 20 }), (words) => {
        const b = new GraphBuilder({ name: "texts" });
        b.initializer("w", tensor("string", [words.length], words));
        b.output(b.op("Constant", [], { value: tensor("string", [1, words.length], words) }), "y");
        const graph = b.build();
        expect(decodeModel(encodeModel(graph))).toEqual(graph);
      }),
    );
  });

  test("for attributes of every kind", () => {
    const opsets = { "": 20, example: 1 };
    const branch = decodeModel(fixture("if")).nodes[0]!.attributes.then_branch!.value as Graph;
    const b = new GraphBuilder({ name: "attributes" });
    b.initializer("one", tensorFrom("float32", [], [1]));
    b.output(b.op("Tanh", [b.input("x", "float32", ["n"])]), "y");
    const plain = b.build();
    const [node, ...rest] = plain.nodes;
    const graph: Graph = {
      ...plain,
      opsets,
      nodes: [
        {
          ...node!,
          opType: "Anything",
          domain: "example",
          attributes: {
            float: { type: "float", value: 1e-5 },
            int: { type: "int", value: -7 },
            string: { type: "string", value: "naïve ✓" },
            tensor: { type: "tensor", value: tensorFrom("int8", [2, 1], [1, -1]) },
            floats: { type: "floats", value: [0.1, 3e38, -0] },
            ints: { type: "ints", value: [-(2 ** 53) + 1, 0, 2 ** 53 - 1] },
            strings: { type: "strings", value: ["a", "", "b"] },
            graph: { type: "graph", value: { ...branch, opsets } },
          },
        },
        ...rest,
      ],
    };
    expect(decodeModel(encodeModel(graph)).nodes[0]).toEqual(graph.nodes[0]);
  });
});

describe("models written by the onnx package", () => {
  test("hold every dtype in its typed field", () => {
    const graph = decodeModel(fixture("typed-data"));
    const data = Object.fromEntries(
      [...graph.initializers].flatMap(([name, value]): [string, Tensor][] => (isNumeric(value) ? [[name, value]] : [])),
    );
    const numbers = (name: string) => Array.from(data[name]!.data as Iterable<number | bigint>);
    expect(numbers("float32")).toEqual([0.5, -1.25, 3]);
    expect(numbers("float64")).toEqual([0.1, -2, 1e300]);
    expect(numbers("float16")).toEqual([0x3c00, 0xb800, 0x4000]);
    expect(data.bfloat16!.dtype).toBe("float32");
    expect(numbers("bfloat16")).toEqual([1, -0.5, 3]);
    expect(numbers("int8")).toEqual([-128, 0, 127]);
    expect(numbers("uint8")).toEqual([0, 7, 255]);
    expect(numbers("int16")).toEqual([-32768, 0, 32767]);
    expect(numbers("uint16")).toEqual([0, 1, 65535]);
    expect(numbers("int32")).toEqual([-(2 ** 31), -1, 2 ** 31 - 1]);
    expect(numbers("uint32")).toEqual([0, 1, 2 ** 32 - 1]);
    expect(numbers("int64")).toEqual([-(2n ** 63n), -1n, 2n ** 63n - 1n]);
    expect(numbers("uint64")).toEqual([0n, 1n, 2n ** 64n - 1n]);
    expect(numbers("bool")).toEqual([1, 0, 1]);
    expect(graph.initializers.get("string")).toEqual(tensor("string", [3], ["a", "", "größe 🙂"]));
  });

  test("have subgraphs that see the values around them", () => {
    const [node] = decodeModel(fixture("if")).nodes;
    expect(node).toMatchObject({ name: "y", opType: "If", inputs: ["flag"] });
    const branch = node!.attributes.else_branch!.value as Graph;
    expect(branch.nodes).toMatchObject([{ opType: "Sub", inputs: ["x", "one"] }]);
    expect(branch.values.get("r")).toEqual({ name: "r", dtype: "float32", shape: ["n"] });
  });

  test("of old opsets get types by their attributes, and weights that are constants", () => {
    const graph = decodeModel(fixture("opset-9"));
    expect(graph.inputs).toEqual([{ name: "x", dtype: "float32", shape: ["x.0", 3] }]);
    expect(graph.values.get("s")!.shape).toEqual(["x.0", 1, 2]);
    expect(graph.outputs).toEqual([{ name: "y", dtype: "float32", shape: ["x.0", 2] }]);
    expect(graph.nodes[3]!.attributes.alpha).toEqual({ type: "float", value: 0.1 });
    expect([...graph.initializers.keys()]).toEqual(["w", "b"]);
  });

  test("keep operators outside the table, with the types that the file declares", () => {
    const graph = decodeModel(fixture("other-domain"));
    expect(graph.nodes.map((node) => node.opType)).toEqual(["CDist", "Relu", "CDist"]);
    expect(graph.values.get("r")!.shape).toEqual(["batch", 2]);
    expect(graph.nodes[2]!.attributes.metric).toEqual({ type: "string", value: "sqeuclidean" });
  });

  test.each([
    ["if", { flag: new OrtTensor("bool", [false], []), x: new OrtTensor("float32", [1, 2], [2]) }],
    ["opset-9", { x: new OrtTensor("float32", [1, 2, 3, 4, 5, 6], [2, 3]) }],
    ["other-domain", { x: new OrtTensor("float32", [3, 4, 5, 6], [2, 2]) }],
  ])("compute the same after decoding and encoding: %s", async (name, feeds) => {
    const bytes = fixture(name);
    expect(await run(encodeModel(decodeModel(bytes)), feeds)).toEqual(await run(bytes, feeds));
  });
});

describe("hostile bytes", () => {
  /** Decodes, or fails in the three ways that it may. */
  function tryDecode(bytes: Uint8Array): void {
    try {
      decodeModel(bytes, { file: "hostile.onnx" });
    } catch (error) {
      if (!(error instanceof ModelwrightError)) throw error;
      expect(["ENGINE_MODEL_MALFORMED", "ENGINE_MODEL_REFUSED", "ENGINE_NODE_INVALID"]).toContain(error.code);
      expect(error.message).toContain("hostile.onnx");
    }
  }

  test("of any kind", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), tryDecode), { numRuns: 2000 });
  });

  const mutation = fc.record({
    at: fc.nat(),
    remove: fc.integer({ min: 0, max: 3 }),
    insert: fc.uint8Array({ maxLength: 3 }),
  });
  test.each(FIXTURES)("made of %s", (name) => {
    const bytes = fixture(name);
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let mutated = [...bytes];
        for (const { at, remove, insert } of mutations)
          mutated = mutated.toSpliced(at % mutated.length, remove, ...insert);
        tryDecode(Uint8Array.from(mutated));
      }),
      { numRuns: 1000 },
    );
    for (let length = 0; length < bytes.length; length++) tryDecode(bytes.subarray(0, length));
  });

  /** A length-delimited protobuf field. */
  const field = (number: number, content: readonly number[]): number[] => [
    number * 8 + 2,
    ...varint(content.length),
    ...content,
  ];
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
  const model = (graph: readonly number[]) => Uint8Array.from([...field(8, [16, 20]), ...field(7, graph)]);

  test("a tensor that claims more elements than the file has", () => {
    const claim = [...[8, ...varint(2 ** 40)], 16, 1];
    const code = (tensor: readonly number[]) => () => decodeModel(model(field(5, [...tensor, ...field(8, [119])])));
    expect(code(claim)).toThrow(/"w" has data for 0 elements, its shape holds 1099511627776/);
    expect(code([...claim, ...field(9, [0, 0, 0, 0])])).toThrow(/data for 1 elements/);
    expect(code([8, ...varint(2 ** 40), 16, 7, ...field(7, [1, 2, 3])])).toThrow(/data for 3 elements/);
  });

  test("numbers that do not end", () => {
    const endless = [...Array<number>(10).fill(128), 1];
    const code = (data: readonly number[]) => () =>
      decodeModel(model(field(5, [8, 1, 16, 7, ...field(7, data), ...field(8, [119])])), { file: "endless.onnx" });
    for (const data of [endless, [5, 128]])
      expect(code(data)).toThrow(
        /endless\.onnx: not a well-formed ONNX model: .*"w", element \d: not a well-formed number/,
      );
  });

  test("graphs in graphs without end", () => {
    let graph: number[] = [];
    for (let depth = 0; depth < 200; depth++) graph = field(1, field(5, [...field(6, graph), ...[160, 1, 5]]));
    expect(() => decodeModel(model(graph), { file: "deep.onnx" })).toThrow(/deep\.onnx: not a well-formed ONNX model/);
  });

  test("values read before they are written, and written twice", () => {
    const node = (input: number, output: number) =>
      field(1, [...field(1, [input]), ...field(2, [output]), ...field(4, [84])]);
    expect(() => decodeModel(model(node(97, 98)))).toThrow(/node "b" reads "a" before it is written/);
    const input = field(11, [...field(1, [97]), ...field(2, field(1, [8, 1, ...field(2, [])]))]);
    expect(() => decodeModel(model([...input, ...node(97, 98), ...node(97, 98)]))).toThrow(/"b" is written twice/);
  });

  test("sizes whose names double from node to node", () => {
    const b = new GraphBuilder({ name: "sums" });
    let x = b.input("x", "float32", ["n"]);
    for (let i = 0; i < 60; i++) x = b.op("Concat", [x, x], { axis: 0 });
    b.output(x);
    expect(String(decodeModel(encodeModel(b.build())).outputs[0]!.shape[0]).length).toBeLessThan(300);

    const p = new GraphBuilder({ name: "products" });
    let y = p.input("y", "float32", ["n"]);
    for (let i = 0; i < 14; i++) {
      const size = p.op("Size", [y]);
      const vector = p.op("Unsqueeze", [size, p.ints([0])]);
      y = p.op("ConstantOfShape", [p.op("Concat", [vector, vector], { axis: 0 })]);
    }
    p.output(y);
    expect(String(decodeModel(encodeModel(p.build())).outputs[0]!.shape[0]).length).toBeLessThan(300);

    const c = new GraphBuilder({ name: "contents" });
    let size = c.op("Shape", [c.input("z", "float32", ["n"])]);
    for (let i = 0; i < 60; i++) size = c.op("Mul", [size, size]);
    c.output(c.op("ConstantOfShape", [size]));
    expect(String(decodeModel(encodeModel(c.build())).outputs[0]!.shape[0]).length).toBeLessThan(300);
  });

  test("data outside the file is refused", () => {
    const tensor = [8, 1, 16, 1, ...field(8, [119]), 112, 1];
    expect(() => decodeModel(model(field(5, tensor)))).toThrow(/external data of initializer "w"/);
  });
});
