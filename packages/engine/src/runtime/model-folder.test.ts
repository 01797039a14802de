import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeModel } from "../onnx/decode.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluate } from "../reference/evaluate.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { values } from "../testing/random-tensors.ts";
import { createCApiRuntime } from "./c-api/c-api-runtime.ts";
import { defaultRuntime } from "./default-runtime.ts";
import { modelFolder } from "./model-folder.ts";
import { guardModel } from "./model-guard.ts";
import { createNodeBindingRuntime } from "./node-binding/node-binding-runtime.ts";
import { type Bytes, graphProto, int, len, modelProto, node } from "./testing/model-bytes.ts";

/** Written by fixtures/make-external-data.py: y = x · [[0, 1], [2, 3], [4, 5]] + [0.5, −0.5]. */
const FIXTURE = fileURLToPath(new URL("./fixtures/external/model.onnx", import.meta.url));
const BYTES = new Uint8Array(readFileSync(FIXTURE));
const EXPECTED = [16.5, 21.5];
const feed = { x: tensorFrom("float32", [1, 3], [1, 2, 3]) };

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "external-")), "model");
  mkdirSync(join(folder, "deeper"), { recursive: true });
  writeFileSync(join(folder, "weights.bin"), new Uint8Array(64));
  writeFileSync(join(folder, "..", "outside.bin"), new Uint8Array(64));
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

describe("a model with data beside its file", () => {
  test("runs in the runtime that the engine chooses", async () => {
    const session = await (await defaultRuntime()).createSession(BYTES, { file: FIXTURE, threads: 1 });
    const { y } = await session.run(feed);
    session.release();
    expect(Array.from(y!.data as Float32Array)).toEqual(EXPECTED);
  });

  test.each([
    ["the C API", createCApiRuntime],
    ["onnxruntime-node", createNodeBindingRuntime],
  ])("runs in %s", async (_, create) => {
    const { path } = modelFolder(FIXTURE)!;
    const session = await (await create()).createSession(BYTES, { file: FIXTURE, dataFolder: path, threads: 1 });
    const { y } = await session.run(feed);
    session.release();
    expect(Array.from(y!.data as Float32Array)).toEqual(EXPECTED);
  });

  test("is decoded, and written as one file", () => {
    const graph = decodeModel(BYTES, { file: FIXTURE, folder: modelFolder(FIXTURE) });
    expect(Array.from(graph.initializers.get("w")!.data as Float32Array)).toEqual([0, 1, 2, 3, 4, 5]);
    const x = values("float32", [1, 3], [1, 2, 3]);
    expect(Array.from(evaluate(decodeModel(encodeModel(graph)), { x }).get("y")!.data)).toEqual(EXPECTED);
  });

  test("is refused when nobody knows its folder", async () => {
    const refusal = expect.objectContaining({ code: "ENGINE_MODEL_REFUSED" });
    expect(() => decodeModel(BYTES)).toThrow(refusal);
    expect(() => guardModel(BYTES, { file: "m" })).toThrow(refusal);
    const runtime = await defaultRuntime();
    for (const options of [{}, { file: "no such file" }])
      await expect(runtime.createSession(BYTES, options)).rejects.toThrow(/refused: all data is in the file itself/);
  });

  test("is refused when its data was moved away", async () => {
    const file = join(folder, "deeper", "model.onnx");
    copyFileSync(FIXTURE, file);
    const runtime = await defaultRuntime();
    await expect(runtime.createSession(BYTES, { file })).rejects.toThrow(/"weights.bin", where no file is/);
  });
});

type Entries = Readonly<Record<string, string>>;

/** A model with float32 initializers of two elements at these places. */
function placed(...places: readonly (Entries | Bytes)[]): Uint8Array {
  const tensors = places.map((place, i) => [
    ...int(1, 2),
    ...int(2, 1),
    ...len(8, `w${i}`),
    ...(Array.isArray(place)
      ? place
      : Object.entries(place).flatMap(([key, value]) => len(13, len(1, key), len(2, value)))),
    ...int(14, 1),
  ]);
  const graph = [...graphProto({ inputs: [], outputs: [], nodes: [] }), ...tensors.flatMap((tensor) => len(5, tensor))];
  return modelProto(graph as Bytes);
}

const at = (offset: string, length = "8", location = "weights.bin"): Entries => ({ location, offset, length });

function check(bytes: Uint8Array) {
  const file = join(folder, "model.onnx");
  writeFileSync(file, bytes);
  const options = { file, folder: modelFolder(file) };
  return [() => guardModel(bytes, options), () => decodeModel(bytes, options)] as const;
}

describe("external data", () => {
  const allowed: readonly (readonly [string, () => Uint8Array])[] = [
    ["at the end of a file", () => placed({ location: "weights.bin", offset: "56" })],
    ["under a folder", () => placed(at("0", "8", "deeper/more.bin"))],
    ["with a path from here", () => placed(at("0", "8", "./weights.bin"))],
    ["that two tensors share", () => placed(at("8"), at("8"))],
    ["side by side", () => placed(at("8"), at("0"), at("16"))],
    ["behind a link that stays inside", () => placed(at("0", "8", "link.bin"))],
  ];
  test.each(allowed)("%s is accepted", (_, make) => {
    writeFileSync(join(folder, "deeper", "more.bin"), new Uint8Array(8));
    symlinkSync(join(folder, "weights.bin"), join(folder, "link.bin"));
    const [guard, decode] = check(make());
    expect(guard().isExternal).toBe(true);
    expect(decode().initializers.get("w0")!.data.length).toBe(2);
  });

  const refused: readonly (readonly [string, () => Uint8Array, string])[] = [
    ["in the folder above", () => placed(at("0", "8", "../outside.bin")), '"../outside.bin"'],
    ["that goes out and in", () => placed(at("0", "8", "deeper/../weights.bin")), "deeper/../weights.bin"],
    ["at an absolute path", () => placed(at("0", "8", join(folder, "weights.bin"))), "weights.bin"],
    ["on a drive", () => placed(at("0", "8", "C:weights.bin")), "C:weights.bin"],
    ["behind backslashes", () => placed(at("0", "8", "..\\outside.bin")), "outside.bin"],
    ["in the memory of the process", () => placed(at("0", "8", "*/_ORT_MEM_ADDR_/*")), "where no file is"],
    ["behind a link to elsewhere", () => placed(at("0", "8", "out.bin")), "a link to elsewhere"],
    ["behind a linked folder", () => placed(at("0", "8", "up/outside.bin")), "a link to elsewhere"],
    ["that is a folder", () => placed(at("0", "8", "deeper")), "which is no file"],
    ["without a location", () => placed({ offset: "0", length: "8" }), 'the location ""'],
    ["beyond the end", () => placed(at("60")), "bytes 60 to 68 of the 64"],
    ["behind the end", () => placed({ location: "weights.bin", offset: "65" }), "bytes 65 to 64 of the 64"],
    ["at a negative offset", () => placed(at("-8")), 'offset "-8"'],
    ["of a length beyond all numbers", () => placed(at("0", "99999999999999999")), "length"],
    [
      "with a key twice",
      () =>
        placed([...len(13, len(1, "location"), len(2, "a")), ...len(13, len(1, "location"), len(2, "weights.bin"))]),
      "stands once",
    ],
  ];
  test.each(refused)("%s is refused by the guard and the decoder", (_, make, got) => {
    symlinkSync(join(folder, "..", "outside.bin"), join(folder, "out.bin"));
    symlinkSync(join(folder, ".."), join(folder, "up"));
    for (const enter of check(make())) {
      expect(enter).toThrow(expect.objectContaining({ code: "ENGINE_MODEL_REFUSED" }));
      expect(enter).toThrow(got);
      expect(enter).toThrow(/"w0"/);
    }
  });

  test("of another size than the shape says is refused", () => {
    const [guard, decode] = check(placed(at("0", "12")));
    expect(guard).toThrow(/12 bytes for \[2\] in external_data of tensor "w0"/);
    expect(decode).toThrow(/data for 3 elements, its shape holds 2/);
  });

  test.each([
    ["that begins inside another's", [at("0"), at("4")]],
    ["that begins inside one of several", [at("16"), at("8"), at("8"), at("12")]],
  ])("%s is refused by the guard", (_, places) => {
    expect(check(placed(...places))[0]).toThrow(/tensors share no part of their data, got external_data of tensor/);
  });

  test("of an attribute is refused", () => {
    const tensor = [
      ...int(1, 2),
      ...int(2, 1),
      ...len(8, "v"),
      ...len(13, len(1, "location"), len(2, "weights.bin")),
      ...int(14, 1),
    ];
    const bytes = modelProto(
      graphProto({
        inputs: [],
        outputs: [],
        nodes: [node("y = Constant()", [[...len(1, "value"), ...len(5, tensor), ...int(20, 4)]])],
      }),
    );
    for (const enter of check(bytes)) expect(enter).toThrow(expect.objectContaining({ code: "ENGINE_MODEL_REFUSED" }));
  });
});
