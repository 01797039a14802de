import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tensorFrom } from "@modelwright/engine";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localDigest } from "./local-reference.ts";
import { pinReference, resolvePretrainedDecoder } from "./resolve-pretrained.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const fixtures = fileURLToPath(new URL("../../../../test/parity/fixtures/", import.meta.url));
let baseDir: string;
let folder: string;
beforeEach(async () => {
  baseDir = await mkdtemp(join(tmpdir(), "modelwright-local-"));
  folder = join(baseDir, "models");
  await cp(join(fixtures, "encoders/bert"), folder, { recursive: true });
});
afterEach(() => rm(baseDir, { recursive: true }));

/** Whether a digest is another one when the last byte of a file is. */
async function depends(reference: string, file: string): Promise<boolean> {
  const before = await localDigest(reference, baseDir);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  const bytes = await readFile(join(folder, file));
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(join(folder, file), bytes);
  return (await localDigest(reference, baseDir)) !== before;
}

test.each(["models/model.onnx", "models/absent.onnx", "models", "./models", "./absent"])(
  "%s is nothing of the hub",
  async (reference) => {
    await cp(join(fixtures, "onnx-encoders/bert.optimum.onnx"), join(folder, "model.onnx"));
    expect(await pinReference(reference, { baseDir, env: { HF_HUB_OFFLINE: "1" } })).toBeUndefined();
  },
);

test("owner/name is a model of the hub where no folder is called so", async () => {
  const env = { HF_HUB_OFFLINE: "1", HF_HOME: join(baseDir, "cache") };
  await expect(pinReference("models/bert", { baseDir, env })).rejects.toMatchObject({
    code: expect.stringMatching(/^HUB_/),
  });
});

test("a digest is that of the weights which are loaded", async () => {
  await cp(join(fixtures, "onnx-encoders/bert.optimum.onnx"), join(folder, "model.onnx"));
  expect(await depends("models", "model.onnx")).toBe(false);
  expect(await depends("models", "model.safetensors")).toBe(true);
});

test("a digest is that of a Dense module behind the pooling too", async () => {
  const type = "sentence_transformers.models";
  const modules = [
    { path: "", type: `${type}.Transformer` },
    { path: "1_Pooling", type: `${type}.Pooling` },
    { path: "2_Dense", type: `${type}.Dense` },
  ];
  await writeFile(join(folder, "modules.json"), JSON.stringify(modules));
  await mkdir(join(folder, "2_Dense"));
  await writeFile(join(folder, "2_Dense/config.json"), JSON.stringify({ in_features: 16, out_features: 1 }));
  const weights = new Map([["linear.weight", tensorFrom("float32", [1, 16], new Array(16).fill(1))]]);
  await writeFile(join(folder, "2_Dense/model.safetensors"), Buffer.concat(writeSafetensors(weights)));
  expect(await depends("models", "2_Dense/model.safetensors")).toBe(true);
});

test.each(["models", "models/model.onnx", "./models/model.onnx"])(
  "%s has a digest of an ONNX file",
  async (reference) => {
    await rm(join(folder, "model.safetensors"));
    await cp(join(fixtures, "onnx-encoders/bert.external"), folder, { recursive: true });
    expect(await depends(reference, "model.onnx_data")).toBe(true);
    await cp(join(fixtures, "onnx-encoders/bert.optimum.onnx"), join(folder, "other.onnx"));
    const before = await localDigest(reference, baseDir);
    await rename(join(folder, "other.onnx"), join(folder, "model.onnx"));
    expect(await localDigest(reference, baseDir)).not.toBe(before);
  },
);

test("what cannot be read has no digest", async () => {
  expect(await localDigest("./absent", baseDir)).toBeUndefined();
  expect(await localDigest("owner/name", baseDir)).toBeUndefined();
  await writeFile(join(folder, "broken.onnx"), "?");
  expect(await localDigest("models/broken.onnx", baseDir)).toBeUndefined();
});

test("an ONNX file is no language model", async () => {
  await writeFile(join(folder, "model.onnx"), "?");
  await expect(resolvePretrainedDecoder("models/model.onnx", { baseDir })).rejects.toMatchObject({
    code: "MODEL_FOLDER_INCOMPLETE",
    details: { problem: expect.stringContaining("it is an ONNX file") },
  });
});

test.each([{ head: { pooling: "cls" } }, { tokenizer: "words.json" }] as const)(
  "a language model takes no %j, which only an ONNX file does",
  async (options) => {
    await expect(resolvePretrainedDecoder("./models", { baseDir, ...options })).rejects.toMatchObject({
      code: "MODEL_HEAD_UNFIT",
      details: { rule: `only a base that is an ONNX file takes model.${Object.keys(options)[0]}` },
      remedy: expect.stringContaining("Leave it out"),
    });
  },
);
