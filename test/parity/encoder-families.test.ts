import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import { type LoadedPretrained, resolvePretrained } from "@modelwright/models";
import { pretrainedContract } from "@modelwright/models/testing";
import { beforeAll, describe, expect, test } from "vitest";
import {
  gradientErrors,
  greatestDifference,
  parameterGradients,
  readExpected,
  tokenVectors,
} from "./encoder-oracle.ts";

// Small random models in Hugging Face's layout, and what transformers and sentence-transformers make of texts (fixtures/make-encoder-fixtures.py).
const root = fileURLToPath(new URL("fixtures/encoders/", import.meta.url));
const { texts }: { readonly texts: readonly string[] } = JSON.parse(readFileSync(`${root}texts.json`, "utf8"));
const names = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

describe.each(names)("%s", (name) => {
  const expected = readExpected(`${root}${name}/expected.safetensors`);
  const { tensors, ids, mask } = expected;
  const length = ids.shape[1]!;
  let loaded: LoadedPretrained;
  beforeAll(async () => {
    loaded = await (await resolvePretrained(`./${name}`, { baseDir: root })).load();
  });

  test("gives transformers' vectors of tokens, to 1e-4", async () => {
    const given = await tokenVectors(loaded, expected);
    expect(greatestDifference(given, tensors.get("vectors")!.data as Float32Array)).toBeLessThan(1e-4);
  });

  test("has transformers' gradient of every parameter, to 1e-3 of its greatest number", async () => {
    const errors = gradientErrors(await parameterGradients(loaded, expected), expected, loaded.names!);
    expect([...errors].filter(([, error]) => !(error < 1e-3))).toEqual([]);
    expect([...errors.keys()].sort()).toEqual([...loaded.parameters.keys()].sort());
  });

  test("finds the published name of every parameter", () => {
    for (const ours of loaded.parameters.keys()) {
      const { name: published, turned } = loaded.names!.toPublished(ours)!;
      expect(loaded.names!.toOurs(published)).toEqual({ name: ours, turned });
      expect(tensors.has(`gradient.${published}`), published).toBe(true);
    }
  });

  describe("as a pretrained model", async () => {
    const samples = {
      texts: texts.map((text, row) => ({
        text,
        ids: Array.from({ length }, (_, i) => row * length + i).flatMap((place) =>
          mask.data[place] === 1n ? [Number(ids.data[place])] : [],
        ),
      })),
      embeddings: tensors.get("pooled")!.data as Float32Array,
      tolerance: 1e-4,
    };
    pretrainedContract(await resolvePretrained(`./${name}`, { baseDir: root }), {
      samples,
      tokenizerOf: loadTokenizer,
    });
  });
});
