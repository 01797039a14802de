import { expect, test } from "vitest";
import { defaultRuntime, describeRuntimes } from "./default-runtime.ts";

test("prefers the C API, and makes it once", async () => {
  const runtime = await defaultRuntime();
  expect(runtime.name).toBe("onnxruntime-c");
  expect(await defaultRuntime()).toBe(runtime);
});

test("describes both runtimes, of one version, in order of preference", async () => {
  const descriptions = await describeRuntimes();
  expect(descriptions.map(({ name }) => name)).toEqual(["onnxruntime-c", "onnxruntime-node"]);
  expect(descriptions.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  expect(descriptions[0]?.version).toBe(descriptions[1]?.version);
});
