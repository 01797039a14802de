import { ModelwrightError } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeModel } from "../onnx/decode.ts";
import { encodeModel } from "../onnx/encode.ts";
import { tensorFrom, zeros } from "../tensor/tensor.ts";
import { forwardGraph } from "../testing/case-graph.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { guardModel, type ModelLimits } from "./model-guard.ts";
import {
  type Bytes,
  graphAttribute,
  graphProto,
  int,
  len,
  model,
  modelProto,
  node,
  tensorProto,
  varint,
} from "./testing/model-bytes.ts";

const vector = (name: string) => ({ name, dtype: "float32" as const, shape: ["n"] });
const weights = tensorFrom("float32", [2, 3], [1, 2, 3, 4, 5, 6]);

/** Initializers, an attribute tensor, a subgraph in each branch, and an operator of each domain. */
const VALID = model({
  inputs: [vector("x"), { name: "condition", dtype: "bool", shape: [] }],
  outputs: [vector("y")],
  initializers: { w: weights, empty: zeros("int64", [0, 5]) },
  nodes: [
    node("a = Constant()", [[...len(1, "value"), ...len(5, tensorProto("c", weights)), ...int(20, 4)]]),
    node("b = com.microsoft::FastGelu(x)"),
    node("y = If(condition)", [
      graphAttribute("then_branch", graphProto({ outputs: [vector("t")], nodes: [node("t = Relu(b)")] })),
      graphAttribute("else_branch", graphProto({ outputs: [vector("e")], nodes: [node("e = Neg(b)")] })),
    ]),
  ],
});

const guard = (bytes: Uint8Array, limits: Partial<ModelLimits> = {}) => guardModel(bytes, { file: "m.onnx", limits });
const withInitializer = (proto: Bytes) => modelProto([...len(1, node("y = Relu(x)")), ...len(5, proto)]);
const tensor = (...dims: (number | bigint)[]) => [
  ...dims.flatMap((size) => int(1, size)),
  ...int(2, 1),
  ...len(8, "w"),
];

function expectRefusal(bytes: Uint8Array, ...words: string[]): void {
  expectError("ENGINE_MODEL_REFUSED", () => guard(bytes), words);
}
function expectMalformed(bytes: Uint8Array, ...words: string[]): void {
  expectError("ENGINE_MODEL_MALFORMED", () => guard(bytes), words);
}
function expectError(code: string, act: () => unknown, words: string[]): void {
  const error: unknown = (() => {
    try {
      return act();
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({ name: "ModelwrightError", code });
  for (const word of ["m.onnx", ...words]) expect((error as ModelwrightError).message).toContain(word);
}

describe("guardModel", () => {
  test.each(["If", "Loop", "Scan"] as const)("lets %s through with the graphs inside it", (opType) => {
    for (const example of OPERATOR_CASES[opType]) {
      const { nodes } = guard(encodeModel(decodeModel(encodeModel(forwardGraph(opType, example).graph))));
      expect(nodes).toBeGreaterThan(1);
    }
  });

  test("lets an ordinary model through and says what it saw", () => {
    expect(guard(VALID)).toEqual({
      irVersion: 9,
      opsets: { "": 17, "com.microsoft": 1 },
      nodes: 5,
      initializerBytes: 48,
      isExternal: false,
    });
  });

  test("takes data in the typed fields too", () => {
    const floats = Float32Array.of(1, 2);
    const packed = len(4, new Uint8Array(floats.buffer));
    expect(guard(withInitializer([...tensor(2), ...packed])).initializerBytes).toBe(8);
    const int64 = [...int(1, 3), ...int(2, 7), ...len(7, varint(1), varint(-1), varint(300))];
    expect(guard(withInitializer(int64)).initializerBytes).toBe(24);
    const packedDims = [...len(1, varint(1), varint(2)), ...int(2, 1), ...packed];
    expect(guard(withInitializer(packedDims)).initializerBytes).toBe(8);
    const text = [...int(1, 2), ...int(2, 8), ...len(6, "a"), ...len(6, "b")];
    expect(guard(withInitializer(text)).nodes).toBe(1);
    const nibbles = [...int(1, 3), ...int(2, 22), ...len(9, [0x21, 0x03])];
    expect(guard(withInitializer(nibbles)).initializerBytes).toBe(2);
  });

  test("refuses data outside the file, wherever the tensor stands", () => {
    const location = len(13, len(1, "location"), len(2, "../../etc/passwd"));
    const outside = [...tensor(1), ...location, ...int(14, 1)];
    expectRefusal(withInitializer(outside), "external_data", '"w"');
    expectRefusal(withInitializer([...tensor(1), ...int(14, 1)]), "external_data");
    expectRefusal(withInitializer([...tensor(1), ...location]), "external_data");
    const attribute = (field: number, content: Bytes) =>
      model({ outputs: [], nodes: [node("y = Constant()", [len(field, content)])] });
    for (const field of [5, 10]) expectRefusal(attribute(field, outside), "external_data");
    for (const field of [22, 23]) expectRefusal(attribute(field, len(1, outside)), "external_data");
    for (const field of [6, 11]) expectRefusal(attribute(field, len(5, outside)), "external_data");
    expectRefusal(modelProto(len(15, len(2, outside))), "external_data");
  });

  test("refuses unknown domains, functions and training information", () => {
    expectRefusal(model({ outputs: [], nodes: [node("y = com.example::Evil(x)")] }), "com.example", "a node");
    expectRefusal(
      modelProto(graphProto({ outputs: [], nodes: [] }), { opsets: { "": 17, "com.example": 1 } }),
      "com.example",
    );
    expectRefusal(Uint8Array.from([...VALID, ...len(25, len(1, "f"))]), "functions");
    expectRefusal(Uint8Array.from([...VALID, ...len(20)]), "training");
  });

  test("refuses versions that ONNX Runtime does not know", () => {
    const graph = graphProto({ outputs: [], nodes: [] });
    expect(guard(modelProto(graph, { irVersion: 13, opsets: { "ai.onnx": 25 } })).opsets).toEqual({ "": 25 });
    expectRefusal(modelProto(graph, { irVersion: 14 }), "IR version", "14");
    expectRefusal(modelProto(graph, { opsets: { "": 26 } }), "opset", "26");
    expectRefusal(modelProto(graph, { opsets: { "ai.onnx": 26 } }), "opset", "26");
  });

  test("refuses what is over a limit", () => {
    const over = (limits: Partial<ModelLimits>, ...words: string[]) =>
      expectError("ENGINE_MODEL_REFUSED", () => guard(VALID, limits), words);
    over({ nodes: 4 }, "nodes is at most 4", "got 5");
    over({ initializerBytes: 47 }, "initializerBytes", "48");
    over({ sizeBytes: 10 }, "sizeBytes");
    over({ subgraphDepth: 0 }, "subgraphDepth");
    over({ fields: 20 }, "fields");
  });

  test("refuses shapes that promise more than there is", () => {
    expectRefusal(withInitializer(tensor(2 ** 32, 2 ** 32)), "initializerBytes");
    expectRefusal(withInitializer(tensor(2n ** 62n, 2n ** 62n, 2n ** 62n)), "initializerBytes");
    expectRefusal(withInitializer(tensor(...new Array<number>(65).fill(1))), "dimensions");
    expectRefusal(modelProto(len(15, int(3, 2 ** 40))), "initializerBytes");
    expectMalformed(withInitializer(tensor(1000)), '"w" of shape [1000]');
    expectMalformed(withInitializer([...tensor(2), ...len(9, [0, 0, 0, 0])]), '"w" of shape [2]');
    expectMalformed(withInitializer(tensor(-1)), "size -1");
    expectMalformed(withInitializer([...int(1, 1), ...int(2, 99), ...len(9, [0])]), "element type 99");
  });

  test("stops at a nest of graphs without going to its end", () => {
    let graph = graphProto({ outputs: [], nodes: [] });
    for (let depth = 0; depth < 50; depth++) {
      graph = graphProto({ outputs: [], nodes: [node("y = If(c)", [graphAttribute("then_branch", graph)])] });
    }
    expectRefusal(modelProto(graph), "subgraphDepth is at most 16", "got 17");
  });

  test("says what is wrong with bytes that are no model", () => {
    expectMalformed(new Uint8Array(0), "empty");
    expectMalformed(VALID.subarray(0, VALID.length - 5));
    expectMalformed(Uint8Array.from(Buffer.from("PK\u0003\u0004 a zip file")));
    expectMalformed(Uint8Array.from(Buffer.from("version https://git-lfs.github.com/spec/v1\n")));
    expectMalformed(Uint8Array.from(int(1, 9)), "no graph");
    expectMalformed(Uint8Array.from([...int(1, 9), ...len(7)]), "no operator set");
    expectMalformed(Uint8Array.from([...len(7), ...len(8, int(2, 17))]), "no IR version");
    expectMalformed(Uint8Array.from([...VALID, ...len(7)]), "field 7 of ModelProto stands twice");
    expectMalformed(Uint8Array.from([...VALID, ...int(7, 1)]), "wire type 0");
    expectMalformed(Uint8Array.from([...VALID, 0xff, 0xff]), "unfinished");
    expectMalformed(Uint8Array.from([...VALID, 0x0b]), "wire type 3");
    expectMalformed(Uint8Array.from([...VALID, ...varint(100 * 8 + 2), ...varint(2n ** 63n)]), "longer");
  });

  test("gives a verdict on any damage to a model", () => {
    const damage = fc.oneof(
      fc.record({ at: fc.nat(VALID.length - 1), remove: fc.nat(8), insert: fc.uint8Array({ maxLength: 12 }) }),
      fc.record({
        at: fc.nat(VALID.length - 1),
        remove: fc.constant(1),
        insert: fc.constantFrom(...[0, 1, 127, 128, 255].map((byte) => Uint8Array.of(byte))),
      }),
    );
    let passed = 0;
    let stopped = 0;
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        let bytes = [...VALID];
        for (const { at, remove, insert } of damages)
          bytes = bytes.toSpliced(at % (bytes.length + 1), remove, ...insert);
        try {
          guard(Uint8Array.from(bytes));
          passed++;
        } catch (error) {
          expect(error).toBeInstanceOf(ModelwrightError);
          expect((error as ModelwrightError).code).toMatch(/^ENGINE_MODEL_(MALFORMED|REFUSED)$/);
          stopped++;
        }
      }),
      { numRuns: 5000 },
    );
    expect(passed).toBeGreaterThan(0);
    expect(stopped).toBeGreaterThan(0);
  });

  test("gives a verdict on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => guard(bytes)).toThrow(ModelwrightError);
      }),
      { numRuns: 2000 },
    );
  });
});
