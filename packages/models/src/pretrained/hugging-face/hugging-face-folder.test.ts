import { cp, mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSafetensors } from "../read-safetensors.ts";
import { resolvePretrained } from "../resolve-pretrained.ts";
import { writeSafetensors } from "../write-safetensors.ts";
import { FAMILIES } from "./families.ts";
import { readModelPage } from "./model-page.ts";
import { publishedWeights } from "./published-weights.ts";
import { readWeights } from "./read-weights.ts";

/** A small BERT under a classifier, as transformers and sentence-transformers write it (test/parity/fixtures/make-encoder-fixtures.py). */
const bert = fileURLToPath(new URL("../../../../../test/parity/fixtures/encoders/bert", import.meta.url));
const WEIGHTS = "model.safetensors";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hugging-face-"));
  await cp(bert, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const load = async (reference = folder, baseDir = "/") => (await resolvePretrained(reference, { baseDir })).load();
const numbers = ({ parameters }: Awaited<ReturnType<typeof load>>) =>
  new Map(Array.from(parameters, ([name, { tensor }]) => [name, tensor]));
const weights = async () => new Map(readSafetensors(await readFile(join(folder, WEIGHTS)), WEIGHTS).tensors);
const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
const writeWeights = (tensors: ReadonlyMap<string, Tensor>, name = WEIGHTS) =>
  write(name, Buffer.concat(writeSafetensors(tensors)));
const rewrite = async (name: string, change: (json: Record<string, unknown>) => unknown) =>
  write(name, JSON.stringify(change(JSON.parse(await readFile(join(folder, name), "utf8")))));

describe("a reference", () => {
  test.each([
    ["a path from the recipe's folder", () => [`./${basename(folder)}`, dirname(folder)]],
    ["the name of a folder beside the recipe", () => [basename(folder), dirname(folder)]],
    ["a whole path", () => [folder, "/nowhere"]],
  ])("may be %s, and is the model's name", async (_, referenceOf) => {
    const [reference, baseDir] = referenceOf() as [string, string];
    const { name, license, languages } = await resolvePretrained(reference, { baseDir });
    expect({ name, license, languages }).toEqual({ name: reference, license: "unknown", languages: [] });
  });

  test.each(["./nothing", "/nothing/there", "~/nothing-of-this-name"])(
    "to %s says where no folder is",
    async (path) => {
      await expect(resolvePretrained(path, { baseDir: "/somewhere" })).rejects.toMatchObject({
        code: "MODEL_FOLDER_INCOMPLETE",
        details: { path, problem: expect.stringMatching(/^there is no folder \//) },
      });
    },
  );
});

test("says whose head was passed over, what it read, and by which digest it is known", async () => {
  const { passedOver, stored, sha256, encoder } = await load();
  expect(passedOver!.toSorted()).toEqual(["classifier", "pooler"]);
  expect(Object.keys(stored!)).toEqual(["F32"]);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect([encoder.modelType, encoder.className, encoder.config.vocab_size]).toEqual(["bert", "Bert", 140]);
  expect(encoder.config).not.toHaveProperty("architectures");
});

describe("weights", () => {
  test("may lie in several files", async () => {
    const whole = numbers(await load());
    const all = [...(await weights())];
    const parts = { "a.safetensors": all.slice(0, 9), "b.safetensors": all.slice(9) };
    for (const [name, part] of Object.entries(parts)) await writeWeights(new Map(part), name);
    await unlink(join(folder, WEIGHTS));
    const weightMap = Object.entries(parts).flatMap(([file, part]) => part.map(([name]) => [name, file]));
    await write(`${WEIGHTS}.index.json`, JSON.stringify({ weight_map: Object.fromEntries(weightMap) }));
    expect(numbers(await load())).toEqual(whole);
  });

  test("may have the names of TensorFlow's days, and no prefix", async () => {
    const whole = numbers(await load());
    const old = (name: string) =>
      name
        .replace(/^bert\./, "")
        .replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
    await writeWeights(new Map(Array.from(await weights(), ([name, value]) => [old(name), value])));
    expect(numbers(await load())).toEqual(whole);
  });

  test("are written back as they were published", async () => {
    const { names, parameters } = await load();
    const published = publishedWeights(names!, parameters);
    const original = await weights();
    for (const [name, value] of published) expect(value, name).toEqual(original.get(`bert.${name}`));
    expect(published.size).toBe(parameters.size);
  });

  test("of half and of brain floats are widened as PyTorch widens them", async () => {
    const file = fileURLToPath(new URL("../../../fixtures/encoders/dtypes.safetensors", import.meta.url));
    const names = { toOurs: (name: string) => ({ name, turned: false }), toPublished: () => undefined };
    const { tensors, stored } = await readWeights([file], names);
    for (const kind of ["f16", "bf16"])
      expect([...tensors.get(kind)!.data]).toEqual([...tensors.get(`${kind}.widened`)!.data]);
    expect(stored).toMatchObject({ F16: 20, BF16: 20 });
  });

  const NORM = "bert.embeddings.LayerNorm.weight";
  const QUERY = "bert.encoder.layer.1.attention.self.query.weight";
  test.each<[string, (all: Map<string, Tensor>) => void, RegExp]>([
    ["that lack a tensor", (all) => all.delete(NORM), /needs "encoder.embeddings.norm.weight".*it is not there/],
    [
      "of another shape",
      (all) => all.set(NORM, tensor("float32", [3], new Float32Array(3))),
      /"encoder.embeddings.norm.weight", float32 \[16\]; it is float32 \[3\]/,
    ],
    [
      "with a matrix that is none",
      (all) => all.set(QUERY, tensor("float32", [256], new Float32Array(256))),
      /query.weight" is \[256\], not a matrix/,
    ],
    [
      "of whole numbers",
      (all) => all.set(NORM, tensorFrom("int32", [16], new Array(16).fill(1))),
      /is I32; weights are/,
    ],
    [
      "with a stranger",
      (all) => all.set("bert.encoder.layer.0.adapter.weight", tensor("float32", [1], new Float32Array(1))),
      /"bert.encoder.layer.0.adapter.weight" is neither the model's nor that of a known head/,
    ],
    [
      "that hold a parameter twice",
      (all) => all.set(NORM.slice("bert.".length), all.get(NORM)!),
      /holds "encoder.embeddings.norm.weight" twice/,
    ],
  ])("%s are refused, naming it", async (_, change, problem) => {
    const all = await weights();
    change(all);
    await writeWeights(all);
    await expect(load()).rejects.toMatchObject({
      code: "MODEL_WEIGHTS_INVALID",
      details: { file: join(folder, WEIGHTS), problem: expect.stringMatching(problem) },
    });
  });

  test("that may run a program are not read; how to write others is said", async () => {
    await unlink(join(folder, WEIGHTS));
    await write("pytorch_model.bin", "");
    await expect(load()).rejects.toThrow(/pytorch_model\.bin.*may run a program.*save_pretrained/);
  });
});

describe("files", () => {
  test.each(["config.json", "tokenizer.json", WEIGHTS])("without %s are no model", async (file) => {
    await unlink(join(folder, file));
    await expect(load()).rejects.toMatchObject({
      code: "MODEL_FOLDER_INCOMPLETE",
      details: { path: folder, problem: expect.stringContaining(`has no ${file}`) },
    });
  });

  test("of a family that is not known list those that are", async () => {
    await rewrite("config.json", (config) => ({ ...config, model_type: "bort" }));
    await expect(load()).rejects.toMatchObject({
      code: "MODEL_FAMILY_UNKNOWN",
      details: { file: join(folder, "config.json"), type: "bort", known: Object.keys(FAMILIES) },
    });
  });

  test.each<[string, string, unknown, string]>([
    ["config.json", "hidden_size", "wide", '"wide"'],
    ["config.json", "num_attention_heads", 3, "3"],
    ["config.json", "hidden_act", "snake", '"snake"'],
    ["config.json", "is_decoder", true, "true"],
    ["config.json", "position_embedding_type", "relative_key", '"relative_key"'],
    ["config.json", "max_position_embeddings", 1e9, "1000000000"],
    ["1_Pooling/config.json", "pooling_mode", "lasttoken", "lasttoken"],
    ["tokenizer.json", "model", 5, "5"],
  ])("%s with another %s are refused, naming it", async (file, field, value, got) => {
    await rewrite(file, (json) => ({ ...json, [field]: value }));
    await expect(load()).rejects.toMatchObject({
      code: "MODEL_CONFIG_INVALID",
      details: { file: join(folder, file), field, got },
    });
  });

  test.each<[string, string, unknown]>([
    ["a module that we do not run", "sentence_transformers.models.LSTM", "2_LSTM"],
    ["a module outside the folder", "sentence_transformers.models.Pooling", "../1_Pooling"],
  ])("with %s are refused", async (_, type, path) => {
    await write("modules.json", JSON.stringify([{ type, path }]));
    await expect(load()).rejects.toMatchObject({
      code: "MODEL_CONFIG_INVALID",
      details: { file: join(folder, "modules.json"), field: "0", got: `${type} in "${path}"` },
    });
  });
});

describe("a model's page", () => {
  test.each<[string, string, { license: string; languages: string[] }]>([
    ["one of each", "license: apache-2.0\nlanguage: en", { license: "apache-2.0", languages: ["en"] }],
    ["lists", "license:\n- mit\nlanguage:\n- zh-TW\n- de\n- multilingual", { license: "mit", languages: ["zh", "de"] }],
    ["a licence of its own", "license: other\nlicense_name: gemma", { license: "gemma", languages: [] }],
    ["neither", "tags: [a]", { license: "unknown", languages: [] }],
    ["what is no YAML", "license: [", { license: "unknown", languages: [] }],
  ])("names %s", async (_, head, expected) => {
    await write("README.md", `---\n${head}\n---\n# A model\n`);
    expect(await readModelPage(join(folder, "README.md"))).toEqual(expected);
  });

  test("may be missing, or plain text", async () => {
    const file = join(folder, "README.md");
    expect(await readModelPage(file)).toEqual({ license: "unknown", languages: [] });
    await writeFile(file, "# A model\n\nlicense: mit\n");
    expect(await readModelPage(file)).toEqual({ license: "unknown", languages: [] });
  });
});
