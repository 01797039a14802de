import { expect, test } from "vitest";
import { defaultRuntime, describeRuntimes } from "./default-runtime.ts";
import { len, model, node } from "./testing/model-bytes.ts";

test("prefers the C API, and makes it once", async () => {
  const runtime = await defaultRuntime();
  expect(runtime.name).toBe("onnxruntime-c");
  expect(await defaultRuntime()).toBe(runtime);
});

test("shows ONNX Runtime no model that it would not survive, and names the file", async () => {
  const values = ["x", "y"].map((name) => ({ name, dtype: "float32" as const, shape: ["n"] }));
  const empty = len(1);
  const bytes = model({
    inputs: values.slice(0, 1),
    outputs: values.slice(1),
    nodes: [[...node("y = Max(x)"), ...empty]],
  });
  const refused = (file: string) => ({ code: "ENGINE_NODE_FATAL", message: expect.stringContaining(`${file}: node`) });
  const runtime = await defaultRuntime();
  await expect(runtime.createSession(bytes)).rejects.toMatchObject(refused("the model"));
  await expect(runtime.createSession(bytes, { file: "m.onnx" })).rejects.toMatchObject(refused("m.onnx"));
});

test("describes both runtimes, of one version, in order of preference", async () => {
  const descriptions = await describeRuntimes();
  expect(descriptions.map(({ name }) => name)).toEqual(["onnxruntime-c", "onnxruntime-node"]);
  expect(descriptions.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  expect(descriptions[0]?.version).toBe(descriptions[1]?.version);
});
