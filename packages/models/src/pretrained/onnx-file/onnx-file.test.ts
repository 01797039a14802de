import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReferenceContext } from "../resolve-pretrained.ts";
import { resolvePretrained } from "../resolve-pretrained.ts";

const fixtures = fileURLToPath(new URL("../../../../../test/parity/fixtures/", import.meta.url));
const file = (name: string) => join(fixtures, "onnx-encoders", name);
const POOLED = { at: "tanh" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-onnx-file-"));
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    await cp(join(fixtures, "encoders/bert", name), join(folder, name));
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function load(reference: string, context: Partial<ReferenceContext> = {}) {
  return (await resolvePretrained(reference, { baseDir: folder, ...context })).load();
}

describe("an ONNX file is found", () => {
  test.each(["model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx"])("as %s of a folder", async (place) => {
    await mkdir(join(folder, "onnx"), { recursive: true });
    await cp(file("bert.optimum.onnx"), join(folder, place));
    const { imported, encoder } = await load(".");
    expect(imported!.file).toBe(join(folder, place));
    expect(encoder).toMatchObject({ modelType: "bert", className: "Bert", maxLength: 240, padId: 0 });
  });

  test("by its own path, with what describes it beside or around it", async () => {
    await mkdir(join(folder, "onnx"));
    await cp(file("bert.optimum.onnx"), join(folder, "onnx/other.onnx"));
    expect((await load("./onnx/other.onnx")).encoder.maxLength).toBe(240);
  });

  test("not where safetensors lie beside it, unless it is named", async () => {
    await cp(file("bert.optimum.onnx"), join(folder, "model.onnx"));
    await cp(join(fixtures, "encoders/bert/model.safetensors"), join(folder, "model.safetensors"));
    expect((await load(".")).imported).toBeUndefined();
    expect((await load("./model.onnx")).imported).toBeDefined();
  });

  test("with a tokenizer of another name and place", async () => {
    await cp(file("bert.optimum.onnx"), join(folder, "model.onnx"));
    await mkdir(join(folder, "words"));
    await rename(join(folder, "tokenizer.json"), join(folder, "words/bert.json"));
    expect((await load("./model.onnx", { tokenizer: "words/bert.json" })).tokenizerJson).toHaveProperty("model");
    await expect(load("./model.onnx")).rejects.toMatchObject({
      code: "MODEL_FOLDER_INCOMPLETE",
      remedy: expect.stringContaining("model.tokenizer"),
    });
  });

  test("without any configuration, by what the graph tells", async () => {
    await cp(file("bert.optimum.onnx"), join(folder, "model.onnx"));
    await rm(join(folder, "config.json"));
    const { encoder, imported } = await load("./model.onnx");
    expect(encoder).toMatchObject({ modelType: "bert", vocabularySize: 140, maxLength: 240, width: 16 });
    expect(imported).toMatchObject({ layers: 2, layersBy: "names" });
  });
});

describe("without a configuration, the length of texts is", () => {
  beforeEach(() => rm(join(folder, "config.json")));

  test.each([
    ["the rows behind that of padding where positions are counted from token ids", "roberta", "roberta.dynamo", 238, 1],
    ["of the table of positions, not of distances in attention", "mpnet", "mpnet.torchscript", 238, 1],
    ["without end where there is no table", "modernbert", "modernbert.dynamo", Number.POSITIVE_INFINITY, undefined],
  ] as const)("%s", async (_, name, graph, maxLength, padId) => {
    for (const beside of ["tokenizer.json", "tokenizer_config.json"]) {
      await cp(join(fixtures, "encoders", name, beside), join(folder, beside));
    }
    await cp(file(`${graph}.onnx`), join(folder, "model.onnx"));
    const { encoder } = await load("./model.onnx");
    expect(encoder.maxLength).toBe(maxLength);
    if (padId === undefined) return;
    expect(encoder.padId).toBe(padId);
    await rm(join(folder, "tokenizer_config.json"));
    expect((await load("./model.onnx")).encoder).toMatchObject({ maxLength, padId });
  });
});

describe("a head stands", () => {
  beforeEach(() => cp(file("bert.dynamo.onnx"), join(folder, "model.onnx")));

  test("on the vectors of tokens where nothing is said", async () => {
    const { imported, sentence } = await load(".");
    expect(imported!.head).toEqual({ at: "layer_norm_4", pooling: "mean", vectors: "layer_norm_4" });
    expect(sentence).toEqual({ pooling: "mean", normalized: false, dense: [] });
  });

  test.each(["cls", "max"] as const)("on their %s where that is asked for", async (pooling) => {
    expect((await load(".", { head: { pooling } })).imported!.head.pooling).toBe(pooling);
  });

  test("on a vector of the text, with the layers that only it needs", async () => {
    const { imported, parameters, encoder } = await load(".", { head: POOLED });
    expect(imported!.head).toEqual({ at: "tanh", pooling: "none" });
    expect(encoder.width).toBe(16);
    expect([...parameters.keys()]).toContain("encoder.pooler.dense.weight");
    expect([...(await load(".")).parameters.keys()]).not.toContain("encoder.pooler.dense.weight");
  });

  test("on a tensor inside the graph, without the layers above it", async () => {
    const { parameters, imported } = await load(".", { head: { at: "layer_norm_2" } });
    expect(imported).toMatchObject({ layers: 1, layersBy: "names" });
    expect([...parameters.keys()].filter((name) => name.includes("layer1"))).toEqual([]);
  });

  test.each<[string, object, string, RegExp]>([
    ["an unknown tensor", { at: "last" }, "MODEL_TENSOR_UNKNOWN", /no tensor "last".*"layer_norm_4"/],
    ["a vector that is to be pooled", { at: "tanh", pooling: "mean" }, "MODEL_HEAD_UNFIT", /nothing to pool/],
    ["vectors that are not", { pooling: "none" }, "MODEL_HEAD_UNFIT", /pooling: mean/],
    ["a table", { at: "unsqueeze_1" }, "MODEL_HEAD_UNFIT", /float tensor.*got unsqueeze_1: int64/],
  ])("not on %s", async (_, head, code, message) => {
    await expect(load(".", { head })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("not on a folder of safetensors, whose pooling its own files say", async () => {
    await cp(join(fixtures, "encoders/bert/model.safetensors"), join(folder, "model.safetensors"));
    for (const options of [{ head: POOLED }, { tokenizer: "tokenizer.json" }]) {
      await expect(load(".", options)).rejects.toMatchObject({ code: "MODEL_HEAD_UNFIT" });
      await expect(load("use-lite-en", options)).rejects.toMatchObject({ code: "MODEL_HEAD_UNFIT" });
    }
  });
});

describe("external data", () => {
  beforeEach(() => cp(file("bert.external"), folder, { recursive: true }));

  test("is read from the folder, and decides the digest", async () => {
    const { sha256, parameters } = await load(".");
    await cp(file("bert.optimum.onnx"), join(folder, "whole.onnx"));
    const whole = await load("./whole.onnx");
    expect(sha256).not.toBe(whole.sha256);
    expect(parameters.get("encoder.layer1.feed_forward.inner.weight")).toEqual(
      whole.parameters.get("encoder.layer1.feed_forward.inner.weight"),
    );
  });

  test("is refused where it is a link to elsewhere or missing", async () => {
    await rename(join(folder, "model.onnx_data"), `${folder}.data`);
    await expect(load(".")).rejects.toMatchObject({ code: "ENGINE_MODEL_REFUSED" });
    await symlink(`${folder}.data`, join(folder, "model.onnx_data"));
    await expect(load(".")).rejects.toMatchObject({
      code: "ENGINE_MODEL_REFUSED",
      message: expect.stringContaining("a link to elsewhere"),
    });
    await rm(`${folder}.data`);
  });
});

test("a path that leads nowhere is refused as what it is written as", async () => {
  for (const [path, kind] of [
    ["./nothing", "folder"],
    ["./nothing.onnx", "file"],
    ["nothing.onnx", "file"],
  ] as const) {
    await expect(load(path)).rejects.toMatchObject({
      code: "MODEL_FOLDER_INCOMPLETE",
      message: expect.stringContaining(`there is no ${kind} `),
    });
  }
});

test("bytes that are no model are refused, naming the file", async () => {
  await writeFile(join(folder, "model.onnx"), "no graph at all");
  await expect(load(".")).rejects.toMatchObject({
    code: "ENGINE_MODEL_MALFORMED",
    message: expect.stringContaining(join(folder, "model.onnx")),
  });
});
