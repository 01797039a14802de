import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkBase } from "./base.ts";

const bert = fileURLToPath(new URL("../../../../../test/parity/fixtures/encoders/bert", import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
  await cp(bert, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

test("says what a model is, and what can be trained of it", async () => {
  await writeFile(join(folder, "README.md"), "---\nlicense: mit\nlanguage: [de, en]\n---\n");
  const findings = await checkBase(folder);
  const lines = findings.map(({ check, verdict, detail }) => `${verdict} ${check}: ${detail.split(/\n(?!sha256)/)[0]}`);
  expect(lines.map((line) => line.replace(/[0-9a-f]{64}/, "…"))).toEqual([
    "ok family: bert: 2 layers, vectors of 16, 10 k parameters",
    "ok weights: 39.3 KiB of float32\nsha256:…",
    "ok tokenizer: WordPiece of 140 tokens; around each text: [CLS] [SEP]",
    "ok texts: up to 240 tokens",
    "ok licence: mit; reads German and English",
    "ok to train: text-classification, text-regression, multi-label-classification, token-classification, embedding, masked-language-modeling",
  ]);
});

test("says of a decoder what it is, and that it learns conversations", async () => {
  const decoders = fileURLToPath(new URL("../../../../../test/parity/fixtures/decoders", import.meta.url));
  const findings = await checkBase(join(decoders, "llama"));
  const lines = findings.map(({ check, verdict, detail }) => `${verdict} ${check}: ${detail.split("\n")[0]}`);
  expect(lines).toEqual([
    expect.stringMatching(/^ok family: llama: 2 layers, \d+ k parameters$/),
    expect.stringMatching(/^ok weights: .* of float32/),
    expect.stringMatching(/^ok tokenizer: BPE of \d+ tokens/),
    expect.stringMatching(/^ok texts: up to \d+ tokens; a chat template of its own$/),
    "note licence: not known; languages not known",
    "ok to train: causal-language-modeling, instruction-tuning",
  ]);
});

test("says how much of a long context is read", async () => {
  const llama = fileURLToPath(new URL("../../../../../test/parity/fixtures/decoders/llama", import.meta.url));
  await cp(llama, folder, { recursive: true });
  const file = join(folder, "config.json");
  const config = { ...JSON.parse(await readFile(file, "utf8")), max_position_embeddings: 131_072 };
  await writeFile(file, JSON.stringify(config));
  const { detail } = (await checkBase(folder)).find(({ check }) => check === "texts")!;
  expect(detail).toContain("up to 32,768 tokens of the 131,072 that config.json names, which is as far as we read; ");
});

test("says of an encoder with a decoder that it learns to write texts from others", async () => {
  const folders = fileURLToPath(new URL("../../../../../test/parity/fixtures/encoder-decoders", import.meta.url));
  const findings = await checkBase(join(folders, "t5"));
  const lines = findings.map(({ check, verdict, detail }) => `${verdict} ${check}: ${detail.split("\n")[0]}`);
  expect(lines).toEqual([
    expect.stringMatching(/^ok family: t5: 4 layers, \d+ k parameters$/),
    expect.stringMatching(/^ok weights: .* of float32/),
    "ok tokenizer: Unigram of 75 tokens; around each text: </s>",
    "ok texts: read and written at any length",
    "note licence: not known; languages not known",
    "ok to train: sequence-to-sequence",
  ]);
});

test("a licence that nothing states is a note with a remedy", async () => {
  const finding = (await checkBase(folder)).find(({ check }) => check === "licence");
  expect(finding).toMatchObject({ verdict: "note", remedy: expect.stringContaining("README.md") });
});

test("a tokenizer of another model is a problem", async () => {
  const file = join(folder, "tokenizer.json");
  const tokenizer = JSON.parse(await readFile(file, "utf8"));
  tokenizer.model.vocab.strange = 140;
  await writeFile(file, JSON.stringify(tokenizer));
  expect(await checkBase(folder)).toEqual([
    expect.objectContaining({
      verdict: "problem",
      detail: expect.stringMatching(/tokenizer\.json: model\.vocab: must have ids below 140.*got ids up to 140$/),
      remedy: expect.stringMatching(/^Take/),
    }),
  ]);
});

const onnx = (name: string) =>
  fileURLToPath(new URL(`../../../../../test/parity/fixtures/onnx-encoders/${name}`, import.meta.url));

test("of an ONNX file it says what was made of it, where a head stands and may stand", async () => {
  await cp(onnx("bert.dynamic.onnx"), join(folder, "quantised.onnx"));
  const findings = await checkBase(join(folder, "quantised.onnx"));
  const detailOf = (name: string) => findings.find(({ check }) => check === name)!.detail.split("\n");
  expect(detailOf("family")).toEqual(["bert: 2 layers, vectors of 16, 10 k parameters"]);
  expect(detailOf("weights")[0]).toBe("1.5 KiB of float32, 6.0 KiB of uint8, 3.5 KiB of int8, trained as float32");
  expect(detailOf("graph")).toEqual([
    "opset 18; 2 layers, told by the names of their weights",
    `head at "last_hidden_state", mean of its tokens' vectors, as its outputs tell`,
    expect.stringMatching(/^a head may stand at "\/encoder\/layer\.1\/.*" too: model\.head$/),
    "15 quantised weights are trained as float32",
    "what flows between layers is no longer rounded to integers",
    "trained: 37 tensors",
  ]);
});

test("of an ONNX file it names what stays as it is", async () => {
  await cp(onnx("modernbert.dynamo.onnx"), join(folder, "rotary.onnx"));
  const graph = (await checkBase(join(folder, "rotary.onnx"))).find(({ check }) => check === "graph");
  expect(graph!.detail).toContain("not trained, since they meet places and masks alone: expand_1, expand_2");
});
