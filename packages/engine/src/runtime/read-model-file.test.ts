import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import { tensor, tensorFrom } from "../tensor/tensor.ts";
import { createCApiRuntime } from "./c-api/c-api-runtime.ts";
import { defaultRuntime } from "./default-runtime.ts";
import { createNodeBindingRuntime } from "./node-binding/node-binding-runtime.ts";
import { readModelFile } from "./read-model-file.ts";
import type { Runtime } from "./runtime.ts";

const WIDTH = 160;
const maps = process.platform !== "win32";

/** y = x · w + b, where w is big and b is small. */
function modelBytes(): Uint8Array {
  const b = new GraphBuilder({ name: "dense" });
  const x = b.input("x", "float32", ["rows", WIDTH]);
  const weights = Float32Array.from({ length: WIDTH * WIDTH }, (_, i) => Math.sin(i));
  const w = b.initializer("w", tensor("float32", [WIDTH, WIDTH], weights));
  const bias = b.initializer("bias", tensor("float32", [WIDTH], weights.slice(0, WIDTH)));
  b.output(b.op("Add", [b.op("MatMul", [x, w]), bias]), "y");
  return encodeModel(b.build());
}

const feed = {
  x: tensorFrom(
    "float32",
    [1, WIDTH],
    Array.from({ length: WIDTH }, (_, i) => Math.cos(i)),
  ),
};

async function answer(runtime: Runtime, file: string, { model, ...data }: ReturnType<typeof readModelFile>) {
  const session = await runtime.createSession(model, { ...data, file, threads: 1 });
  const { y } = await session.run(feed);
  session.release();
  return y!.data;
}

let folder: string;
let file: string;
const bytes = modelBytes();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "model-file-"));
  file = join(folder, "model.onnx");
  writeFileSync(file, bytes);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a model's file", () => {
  test.each([
    ["the runtime that the engine chooses", defaultRuntime],
    ["the C API", createCApiRuntime],
    ["onnxruntime-node", createNodeBindingRuntime],
  ])("gives the same numbers as its bytes in %s", async (_, create) => {
    const runtime = await create();
    expect(await answer(runtime, file, readModelFile(file))).toEqual(await answer(runtime, file, { model: bytes }));
  });

  test.runIf(maps)("is read without its big weights", () => {
    expect(readModelFile(file).model.length).toBeLessThan(bytes.length - 4 * WIDTH * WIDTH + 100);
  });

  test.runIf(maps)("is mapped where a link leads to", async () => {
    const link = join(folder, "snapshot", "model.onnx");
    mkdirSync(join(folder, "snapshot"));
    symlinkSync(file, link);
    const runtime = await defaultRuntime();
    expect(await answer(runtime, link, readModelFile(link))).toEqual(await answer(runtime, file, { model: bytes }));
  });

  test.runIf(maps)("is mapped as it was, where another takes its place", async () => {
    const runtime = await createCApiRuntime();
    const { model, ...data } = readModelFile(file);
    const session = await runtime.createSession(model, { ...data, file, threads: 1 });
    rmSync(file);
    writeFileSync(file, "another");
    const { y } = await session.run(feed);
    session.release();
    writeFileSync(file, bytes);
    expect(y!.data).toEqual(await answer(runtime, file, { model: bytes }));
  });

  test.each([
    ["small", bytes.subarray(0, 1000)],
    ["no model", new Uint8Array(2 ** 17).fill(7)],
    ["cut within its weights", bytes.subarray(0, bytes.length - 5000)],
    ["longer than its fields", Buffer.concat([bytes, new Uint8Array(3)])],
  ])("is given as it is when it is %s", (_, content) => {
    writeFileSync(file, content);
    expect(Buffer.compare(readModelFile(file).model, content)).toBe(0);
  });

  test("whose weights are elsewhere already is given as it is", async () => {
    const { model } = readModelFile(file);
    const runtime = await defaultRuntime();
    writeFileSync(join(folder, "outline.onnx"), model);
    expect(Buffer.compare(readModelFile(join(folder, "outline.onnx")).model, model)).toBe(0);
    expect(await answer(runtime, file, { model })).toEqual(await answer(runtime, file, { model: bytes }));
  });

  test("that is not there is an error of the file system", () => {
    rmSync(file);
    expect(() => readModelFile(file)).toThrow("ENOENT");
  });
});
