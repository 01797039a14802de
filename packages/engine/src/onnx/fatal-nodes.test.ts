import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { guardModel } from "../runtime/model-guard.ts";
import { type Bytes, graphProto, int, intAttribute, len, modelProto, node } from "../runtime/testing/model-bytes.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { decodeModel } from "./decode.ts";
import { encodeModel } from "./encode.ts";

const PROCESS = fileURLToPath(new URL("../../dist/runtime/testing/session-process.js", import.meta.url));

/** What the model gives for 0, 1, 2 …, or `undefined` if the process does not live to say it. */
async function runApart(bytes: Uint8Array): Promise<readonly number[] | undefined> {
  const child = spawn(process.execPath, [PROCESS], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.on("error", () => {}).end(bytes);
  const [told, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  // 1 is an error that was thrown.
  if (code === 1) throw new Error("the model was refused or failed, which is no crash");
  return code === 0 ? JSON.parse(told) : undefined;
}

const EMPTY: Bytes = len(1);
const vector = (name: string) => ({ name, dtype: "float32" as const, shape: ["b", 3, 4] });
const scale = tensorFrom("float32", [4], [1, 1, 1, 1]);
const weights = tensorFrom("float32", [4, 12], new Array<number>(48).fill(0.1));
const places = tensorFrom("int64", [1, 1], [0]);
const heads = [intAttribute("num_heads", 2)];
const modelOf = (...nodes: readonly Bytes[]) =>
  modelProto(
    graphProto({
      inputs: [vector("x")],
      outputs: [vector("y")],
      initializers: { s: scale, w: weights, i: places },
      nodes,
    }),
    {
      opsets: { "": 20, "com.microsoft": 1 },
    },
  );

/** Of an Einsum: a text attribute. */
const equation = (value: string): Bytes => [...len(1, "equation"), ...len(4, value), ...int(20, 3)];
const oddSplit = node("y, z = Split(x)", [intAttribute("axis", 2), intAttribute("num_outputs", 1)]);
const attention = (inputs: string) => node(`y = com.microsoft::Attention(${inputs})`, heads);
const FATAL: readonly (readonly [string, Uint8Array, string])[] = [
  ["a layer norm with an empty bias", modelOf([...node("y = LayerNormalization(x, s)"), ...EMPTY]), "its bias"],
  [
    "a layer norm of a sum with an empty bias",
    modelOf(node("a = Add(x, x)"), [...node("y = LayerNormalization(a, s)"), ...EMPTY]),
    "its bias",
  ],
  ["attention without a bias", modelOf(attention("x, w")), "no bias"],
  ["attention with an empty bias", modelOf([...attention("x, w"), ...EMPTY]), "no bias"],
  [
    "a layer norm over an axis beyond 32 bits",
    modelOf(node("y, mean, scaling = LayerNormalization(x, s)", [intAttribute("axis", 2 ** 31)])),
    "its axis",
  ],
  ["a split into other parts than are taken", modelOf(oddSplit), "num_outputs"],
  [
    "a gather behind fewer axes than none",
    modelOf(node("y = GatherND(x, i)", [intAttribute("batch_dims", -9)])),
    "batch_dims",
  ],
  [
    "an Einsum with an empty operand",
    modelOf([...node("y = Einsum(x)", [equation("bij,jk->bik")]), ...EMPTY]),
    "operand",
  ],
  ...["Max", "Mean", "Min", "Sum"].map(
    (opType) =>
      [`${opType} with an empty operand`, modelOf([...node(`y = ${opType}(x)`), ...EMPTY]), "operand"] as const,
  ),
];

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test.each(FATAL)("%s is refused by name", (_, bytes, reason) => {
  const error = errorOf(() => guardModel(bytes, { file: "m.onnx" }));
  expect(error).toBeInstanceOf(ModelwrightError);
  expect(error).toMatchObject({ code: "ENGINE_NODE_FATAL", message: expect.stringContaining('m.onnx: node "y_node"') });
  expect((error as ModelwrightError).message).toContain(reason);
});

// One of each rule: a process for each costs half a second. Where this fails, ONNX Runtime was repaired and the rule can go.
test.each([FATAL[1], FATAL[2], ...FATAL.slice(4, 9)].map((form) => form!))("%s ends the process", async (_, bytes) => {
  expect(await runApart(bytes)).toBeUndefined();
});

test.each(FATAL)("%s is written so that it runs, or not at all", (_, bytes, reason) => {
  const written = errorOf(() => encodeModel(decodeModel(bytes)));
  if (["no bias", "its axis", "num_outputs", "batch_dims"].includes(reason))
    expect(written).toMatchObject({ code: "ENGINE_NODE_FATAL" });
  else expect(guardModel(written as Uint8Array, { file: "m.onnx" }).nodes).toBeGreaterThan(0);
});

test("a layer norm built with its bias left out gives what one of zeros gives", async () => {
  const build = (bias: boolean) => {
    const b = new GraphBuilder({ name: "norm" });
    const x = b.input("x", "float32", ["b", 3, 4]);
    const zeros = bias ? b.constant("float32", [4], [0, 0, 0, 0]) : undefined;
    b.output(b.op("LayerNormalization", [b.op("Add", [x, x]), b.initializer("s", scale), zeros]), "y");
    return encodeModel(b.build());
  };
  const [without, withZeros] = await Promise.all([runApart(build(false)), runApart(build(true))]);
  expect(without).toHaveLength(12);
  expect(without).toEqual(withZeros);
});

test("an operand left out between two others is refused when the model is written", () => {
  const graph = decodeModel(modelOf(node("y = Max(x, x, x)")));
  const gap = { ...graph, nodes: graph.nodes.map((max) => ({ ...max, inputs: ["x", "", "x"] })) };
  expect(errorOf(() => encodeModel(gap))).toMatchObject({ code: "ENGINE_NODE_FATAL" });
  const bytes = modelOf([...node("y = Max(x)"), ...EMPTY, ...len(1, "x")]);
  expect(errorOf(() => decodeModel(bytes))).toMatchObject({ code: "ENGINE_NODE_INVALID" });
});

test("a loop keeps its place for a count that is left out", () => {
  const b = new GraphBuilder({ name: "loop" });
  const body = new GraphBuilder({ name: "body" });
  const step = body.input("i", "int64", []);
  body.output(body.input("go", "bool", []), "on");
  body.output(step, "steps");
  b.input("x", "float32", ["n"]);
  const graph = {
    ...b.build(),
    nodes: [
      {
        name: "loop",
        opType: "Loop",
        domain: "",
        inputs: ["", ""],
        outputs: ["y"],
        attributes: { body: { type: "graph" as const, value: body.build() } },
      },
    ],
  };
  expect(decodeModel(encodeModel(graph)).nodes[0]?.inputs).toEqual(["", ""]);
});
