import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultRuntime, encodeModel, RandomSource, type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import { buildTextEncoder, resolvePretrained, writeSafetensors } from "@modelwright/models";
import { afterEach, beforeEach, expect, test } from "vitest";
import { train } from "../../pipeline/train.ts";
import { sampleQuestions } from "./sample-questions.ts";

const BERT = fileURLToPath(new URL("../../../../../test/parity/fixtures/encoders/bert", import.meta.url));
const TYPE = "sentence_transformers.models";
const MODULES = ["Transformer", "Pooling", "Dense", "Dense", "Normalize"] as const;
/** Of the encoder, and behind each map. */
const WIDTHS = [16, 6, 5] as const;
const ACTIVATIONS = ["torch.nn.modules.activation.Tanh", "torch.nn.modules.linear.Identity"] as const;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-embedding-version-"));
});
afterEach(() => rm(directory, { recursive: true }));

const folderOf = (module: string, place: number) => (module === "Transformer" ? "" : `${place}_${module}`);

/** A model as sentence-transformers writes it, with two maps behind the pooling, of which the second has no bias. */
async function writeBase(): Promise<string> {
  const base = join(directory, "base");
  await cp(BERT, base, { recursive: true });
  const modules = MODULES.map((module, idx) => ({ idx, path: folderOf(module, idx), type: `${TYPE}.${module}` }));
  await writeFile(join(base, "modules.json"), JSON.stringify(modules));
  const random = RandomSource.fromSeed(1);
  for (const [map, activation] of ACTIVATIONS.entries()) {
    const [inputs, outputs] = [WIDTHS[map]!, WIDTHS[map + 1]!];
    const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal());
    const tensors = new Map<string, Tensor>([
      ["linear.weight", tensor("float32", [outputs, inputs], draw(outputs * inputs))],
    ]);
    if (map === 0) tensors.set("linear.bias", tensor("float32", [outputs], draw(outputs)));
    const folder = join(base, `${map + 2}_Dense`);
    await mkdir(folder);
    const config = { in_features: inputs, out_features: outputs, bias: map === 0, activation_function: activation };
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    await writeFile(join(folder, "model.safetensors"), Buffer.concat(writeSafetensors(tensors)));
  }
  return base;
}

const feeds = {
  input_ids: tensorFrom("int64", [1, 5], [2, 9, 14, 30, 3]),
  attention_mask: tensorFrom("int64", [1, 5], [1, 1, 1, 1, 1]),
};

/** The vector of one text by a graph. */
async function vector(model: Uint8Array, name: string): Promise<number[]> {
  const session = await (await defaultRuntime()).createSession(model, { threads: 1 });
  const outputs = await session.run(feeds);
  session.release();
  return Array.from(outputs[name]!.data, Number);
}

test("a version has the maps behind the pooling, as they were trained, in sentence-transformers' files", async () => {
  await writeFile(join(directory, "questions.csv"), sampleQuestions());
  const result = await train(
    {
      name: "questions",
      task: "embedding",
      data: { source: join(directory, "questions.csv") },
      model: { base: await writeBase(), fineTune: "full", maxLength: 16 },
      train: { epochs: 1, threads: 1 },
      evaluate: { bootstrap: 100 },
    },
    { registry: join(directory, "registry") },
  );
  expect(result.status).toBe("finished");
  const folder = result.directory!;
  const jsonOf = async (file: string) => JSON.parse(await readFile(join(folder, file), "utf8"));
  expect((await jsonOf("modules.json")).map(({ path }: { path: string }) => path)).toEqual(MODULES.map(folderOf));
  expect(await jsonOf("1_Pooling/config.json")).toMatchObject({ word_embedding_dimension: WIDTHS[0] });
  for (const [map, activation_function] of ACTIVATIONS.entries()) {
    expect(await jsonOf(`${map + 2}_Dense/config.json`)).toEqual({
      in_features: WIDTHS[map],
      out_features: WIDTHS[map + 1],
      bias: map === 0,
      activation_function,
    });
  }
  const { encoder, parameters } = await (await resolvePretrained(folder, { baseDir: "/" })).load();
  expect(encoder.width).toBe(WIDTHS.at(-1));
  const { graph } = buildTextEncoder({ architecture: encoder, parameters });
  const read = await vector(encodeModel(graph), "embedding");
  const served = await vector(await readFile(join(folder, "onnx/model.onnx")), "sentence_embedding");
  for (const [i, value] of read.entries()) expect(value).toBeCloseTo(served[i]!, 5);
});
