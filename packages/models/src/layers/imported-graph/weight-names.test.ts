import { GraphBuilder, zeros } from "@modelwright/engine";
import { expect, test } from "vitest";
import { scopeOf, weightNames } from "./weight-names.ts";

const node = { opType: "MatMul", domain: "", inputs: [], outputs: [], attributes: {} };

test.each<[string | undefined, object]>([
  ["encoder.layer.0.attention", { ...node, name: "/encoder/layer.0/attention/MatMul" }],
  ["model.0.encoder.layer.2", { ...node, name: "/model/model.0/encoder/layer.2/Add" }],
  ["encoder.layer.1", { ...node, name: "Attention_1", outputs: ["/encoder/layer.1/Reshape_3_output_0"] }],
  ["encoder.layer.1.self", { ...node, name: "node_MatMul_3", scope: "/encoder.layer.1.self/linear" }],
  [undefined, { ...node, name: "MatMul_26", outputs: ["val_3"] }],
])("the module %s is told by %j", (module, given) => {
  expect(scopeOf(given as Parameters<typeof scopeOf>[0])).toBe(module);
});

/** Two products with weights of made names: one with a named bias behind it, one in a named node. */
function products(names: readonly [string, string]) {
  const b = new GraphBuilder({ name: "products" });
  const x = b.input("x", "float32", ["batch", 4]);
  const [first, second] = names.map((name) => b.initializer(name, zeros("float32", [4, 4])));
  const bias = b.initializer("encoder.layer.0.query.bias", zeros("float32", [4]));
  const query = b.op("Add", [bias, b.op("MatMul", [x, first], {}, "MatMul_7")], {}, "Add_8");
  b.output(b.op("MatMul", [query, second], {}, "/encoder/layer.0/key/MatMul"));
  const graph = b.build();
  return weightNames({ graph, weights: new Set(names), notes: [] }, new Set([...names, bias.name]));
}

test("weights are named by the bias behind them, or by the module of the node that reads them", () => {
  expect([...products(["onnx::MatMul_1", "val_2"])]).toEqual([
    ["onnx::MatMul_1", "encoder.layer.0.query.weight"],
    ["encoder.layer.0.query.bias", "encoder.layer.0.query.bias"],
    ["val_2", "encoder.layer.0.key.weight"],
  ]);
});

test("a name that was kept is kept, and none is given twice", () => {
  const kept = "encoder.layer.0.query.weight";
  expect([...products(["onnx::MatMul_1", kept]).values()]).toEqual([
    kept,
    "encoder.layer.0.query.bias",
    "encoder.layer.0.query_2.weight",
  ]);
});
