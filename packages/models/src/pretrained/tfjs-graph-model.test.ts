import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTfjsWeights } from "./tfjs-graph-model.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tfjs-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes a model of one group; shards are byte lists. */
async function writeModel(
  weights: readonly unknown[],
  shards: Readonly<Record<string, ArrayLike<number>>>,
): Promise<void> {
  const manifest = [{ paths: Object.keys(shards), weights }];
  await writeFile(join(folder, "model.json"), JSON.stringify({ weightsManifest: manifest }));
  for (const [name, bytes] of Object.entries(shards)) await writeFile(join(folder, name), Uint8Array.from(bytes));
}

const bytesOf = (data: ArrayBufferView) => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

describe("readTfjsWeights", () => {
  test("reads weights across shard borders", async () => {
    const bytes = bytesOf(Float32Array.of(1, 2.5, -3));
    await writeModel([{ name: "w", shape: [3], dtype: "float32" }], { a: bytes.slice(0, 5), b: bytes.slice(5) });
    const weights = await readTfjsWeights(folder);
    expect(weights.get("w")).toEqual({ dtype: "float32", shape: [3], data: Float32Array.of(1, 2.5, -3) });
  });

  test("widens quantised weights", async () => {
    await writeModel(
      [
        { name: "u8", shape: [2], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
        { name: "i32", shape: [], dtype: "int32" },
        { name: "u16", shape: [1], dtype: "float32", quantization: { dtype: "uint16", scale: 2, min: 1 } },
        { name: "f16", shape: [8], dtype: "float32", quantization: { dtype: "float16" } },
        { name: "flag", shape: [1], dtype: "bool" },
      ],
      {
        shard: [
          ...[0, 255],
          ...[7, 0, 0, 0],
          ...[0x34, 0x12],
          // IEEE 754 binary16: 1, −2, 65504, the least subnormal, −0, infinity, NaN, 1/3 rounded.
          ...bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0x7e00, 0x3555)),
          ...[1],
        ],
      },
    );
    const weights = await readTfjsWeights(folder);
    expect([...(weights.get("u8")!.data as Float32Array)]).toEqual([-1, 126.5]);
    expect([...(weights.get("i32")!.data as Int32Array)]).toEqual([7]);
    expect([...(weights.get("u16")!.data as Float32Array)]).toEqual([0x1234 * 2 + 1]);
    expect([...(weights.get("f16")!.data as Float32Array)]).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      -0,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      0.333251953125,
    ]);
    expect([...(weights.get("flag")!.data as Uint8Array)]).toEqual([1]);
  });

  const w = { name: "w", shape: [2], dtype: "float32" };
  const broken: Record<string, { weights: readonly unknown[]; bytes: number; problem: RegExp }> = {
    "a shard cut short": { weights: [w], bytes: 7, problem: /"w" ends at byte 8, the shards at 7/ },
    "bytes left over": { weights: [w], bytes: 9, problem: /take 8 bytes, but the shards have 9/ },
    "an unknown dtype": { weights: [{ ...w, dtype: "string" }], bytes: 8, problem: /dtype "string"/ },
    "a negative size": { weights: [{ ...w, shape: [-2] }], bytes: 8, problem: /not a list of sizes/ },
    "an unknown quantisation": { weights: [{ ...w, quantization: { dtype: "int4" } }], bytes: 8, problem: /int4/ },
  };
  test.each(Object.entries(broken))("refuses %s", async (_, { weights, bytes, problem }) => {
    await writeModel(weights, { shard: new Uint8Array(bytes) });
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({
      code: "MODEL_WEIGHTS_INVALID",
      details: { file: expect.stringContaining(folder), problem: expect.stringMatching(problem) },
    });
  });

  test("names the file that is missing", async () => {
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({
      details: { file: join(folder, "model.json"), problem: "it cannot be read" },
    });
  });

  test.each(["../secret", "/etc/passwd", "a/b", "..", ""])("refuses the shard path %j", async (path) => {
    await writeFile(join(folder, "model.json"), JSON.stringify({ weightsManifest: [{ paths: [path], weights: [] }] }));
    await expect(readTfjsWeights(folder)).rejects.toMatchObject({
      details: { problem: expect.stringMatching(/not a file name/) },
    });
  });

  test.each(["", "[]", "{", '{"weightsManifest":{}}', '{"weightsManifest":[null]}'])(
    "refuses model.json %j",
    async (json) => {
      await writeFile(join(folder, "model.json"), json);
      await expect(readTfjsWeights(folder)).rejects.toMatchObject({ code: "MODEL_WEIGHTS_INVALID" });
    },
  );

  test("refuses weights that are not those expected", async () => {
    await writeModel([w], { shard: new Uint8Array(8) });
    const sha256 = { "model.json": "0".repeat(64), weights: "0".repeat(64) };
    await expect(readTfjsWeights(folder, { sha256 })).rejects.toMatchObject({
      details: {
        file: join(folder, "model.json"),
        problem: expect.stringMatching(/its SHA-256 is [0-9a-f]{64}, not 0{64}/),
      },
    });
  });
});
