import { expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { nameOutputs } from "../passes/name-outputs.ts";
import { attendInPlace } from "./attend-in-place.ts";
import { decodeModel } from "./decode.ts";
import { encodeModel } from "./encode.ts";

const HEADS = 2;

/** Attention of queries, keys and values that are inputs, with a past. */
function attention({ width, isPastRead = false }: { readonly width: number; readonly isPastRead?: boolean }) {
  const b = new GraphBuilder({ name: "attention" });
  const added = ["query", "key", "value"].map((part) => b.input(part, "float32", ["batch", HEADS, "sequence", width]));
  const past = ["key", "value"].map((part) =>
    b.input(`past_key_values.0.${part}`, "float32", ["batch", HEADS, "past", width]),
  );
  const mask = b.input("mask", "float32", ["batch", 1, "sequence", "total"]);
  const [keys, values] = past.map((value, i) => b.op("Concat", [value, added[i + 1]!], { axis: 2 }));
  const scores = b.op("FusedMatMul", [added[0]!, keys!], { transB: 1, alpha: 0.5 });
  const weights = b.op("Softmax", [b.op("Add", [scores, mask])], { axis: -1 });
  const context = b.op("Transpose", [b.op("MatMul", [weights, values!])], { perm: [0, 2, 1, 3] });
  b.output(b.op("Reshape", [context, b.ints([0, 0, HEADS * width])]), "context");
  b.output(keys!, "present.0.key");
  b.output(values!, "present.0.value");
  if (isPastRead) b.output(b.op("Neg", [past[0]!]), "negated");
  return encodeModel(nameOutputs(b.build()));
}

test("makes one operator of an attention with a past", () => {
  const { nodes, inputs } = decodeModel(attendInPlace(attention({ width: 8 })));
  expect(nodes.filter(({ opType }) => ["Softmax", "Concat", "MatMul"].includes(opType))).toEqual([]);
  expect(nodes.filter(({ opType }) => opType === "GroupQueryAttention")).toMatchObject([
    { outputs: ["context", "present.0.key", "present.0.value"], attributes: { num_heads: { value: HEADS } } },
  ]);
  expect(inputs.find(({ name }) => name === "past_key_values.0.key")!.shape).toEqual(["batch", HEADS, "room", 8]);
});

test.each([
  ["a head's width is no multiple of 8", attention({ width: 6 })],
  ["another node reads the past too", attention({ width: 8, isPastRead: true })],
])("leaves a model as it is where %s", (_, model) => {
  expect(attendInPlace(model)).toBe(model);
});
