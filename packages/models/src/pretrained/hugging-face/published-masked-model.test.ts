import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RandomSource, type Tensor } from "@modelwright/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildModel } from "../../architectures/built-model.ts";
import { maskedEncoder } from "../../architectures/masked-encoder.ts";
import { INFERENCE } from "../../layers/layer-context.ts";
import { drawnParameters, givenOr } from "../../parameters/parameter-source.ts";
import { writeSafetensors } from "../write-safetensors.ts";
import { FAMILIES } from "./families.ts";
import { huggingFaceFolder } from "./hugging-face-folder.ts";
import { publishedMaskedModel } from "./published-masked-model.ts";

const fixtures = fileURLToPath(new URL("../../../../../test/parity/fixtures/encoders", import.meta.url));
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-masked-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Folders of small random models (test/parity/fixtures/make-encoder-fixtures.py). */
const NAMES = Object.keys(FAMILIES).map((name) => (name === "deberta-v2" ? "deberta-v3" : name));

describe.each(NAMES)("%s", (name) => {
  test("weights and head that are written are those that are read", async () => {
    const folder = join(fixtures, name);
    const { encoder, parameters: own } = await (await huggingFaceFolder(folder, name)).load();
    const { parameters } = buildModel({
      name,
      source: givenOr(own, folder, drawnParameters(RandomSource.fromSeed(5))),
      build: INFERENCE,
      body: (c) => {
        const input = (tensor: string) => c.b.input(tensor, "int64", ["batch", "sequence"]);
        const read = { inputIds: input("ids"), attentionMask: input("mask"), tokenTypeIds: input("types") };
        return { inputs: Object.values(read), outputs: { logits: maskedEncoder(c, encoder, read) } };
      },
    });
    for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
      await writeFile(join(directory, file), await readFile(join(folder, file)));
    }
    const weights = writeSafetensors(publishedMaskedModel(encoder, parameters), { format: "pt" });
    await writeFile(join(directory, "model.safetensors"), Buffer.concat(weights));
    const again = await (await huggingFaceFolder(directory, name)).load({ maskedHead: true });
    const head = new Map([...parameters].filter(([key]) => key.startsWith("head.")));
    expect(head.size).toBeGreaterThan(2);
    expect(again.maskedHead).toEqual(new Map([...head].map(([key, { tensor }]) => [key, tensor as Tensor])));
    for (const [key, { tensor }] of own) expect(again.parameters.get(key)!.tensor).toEqual(tensor);
    expect((await (await huggingFaceFolder(directory, name)).load()).maskedHead).toBeUndefined();
  });
});
