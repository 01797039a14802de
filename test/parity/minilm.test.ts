import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";
import { readSafetensors, resolvePretrained } from "@modelwright/models";
import { pretrainedContract } from "@modelwright/models/testing";
import { describe, expect, test } from "vitest";

// Real weights beside the repository, and what sentence-transformers makes of texts by them (fixtures/make-encoder-fixtures.py).
const NAME = "all-MiniLM-L6-v2";
const folder = fileURLToPath(new URL(`../../../shared/models/${NAME}`, import.meta.url));
const fixtures = new URL("fixtures/encoders/", import.meta.url);
const { texts }: { readonly texts: readonly string[] } = JSON.parse(
  readFileSync(new URL("texts.json", fixtures), "utf8"),
);
const { tensors } = readSafetensors(readFileSync(new URL(`${NAME}.safetensors`, fixtures)), NAME);
const [ids, mask] = ["input_ids", "attention_mask"].map((name) => tensors.get(name) as Tensor<"int64">);
const length = ids!.shape[1]!;

describe.skipIf(!existsSync(folder))(`${NAME}, which lies beside the repository`, async () => {
  if (!existsSync(folder)) return;
  const model = await resolvePretrained(folder, { baseDir: "/" });
  const pooled = tensors.get("pooled")!.data as Float32Array;
  pretrainedContract(model, {
    // Vectors have length 1: at a difference of 1e-5 in each of 384 numbers their cosine is above 0.9999999.
    samples: {
      texts: texts.map((text, row) => ({
        text,
        ids: Array.from({ length }, (_, i) => row * length + i).flatMap((place) =>
          mask!.data[place] === 1n ? [Number(ids!.data[place])] : [],
        ),
      })),
      embeddings: pooled,
      tolerance: 1e-5,
    },
    tokenizerOf: loadTokenizer,
  });

  test("passes over BERT's pooler, since its vectors are means", async () => {
    const { passedOver, stored, encoder } = await model.load();
    expect(passedOver).toEqual(["pooler"]);
    expect(Object.keys(stored!)).toEqual(["F32"]);
    expect([encoder.width, encoder.maxLength, encoder.vocabularySize]).toEqual([384, 512, 30_522]);
  });
});
