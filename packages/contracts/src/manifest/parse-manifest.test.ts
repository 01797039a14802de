import { expect, test } from "vitest";
import { parseManifest } from "./parse-manifest.ts";

const manifest = {
  format: 1,
  name: "letters",
  version: 3,
  task: "text-classification",
  createdAt: "2026-11-24T12:15:30.000Z",
  runId: "20261124-121530-ab12",
  labels: ["ham", "spam"],
  signature: {
    input: "text",
    output: "label-probabilities",
    tensors: {
      inputs: [{ name: "input_ids", dtype: "int64", shape: [-1, -1] }],
      outputs: [{ name: "logits", dtype: "float32", shape: [-1, 2] }],
    },
  },
  preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
  model: { base: "use-lite-en", fineTune: "full", parameters: 7_000_000 },
  metrics: { f1Macro: { value: 0.97, low: 0.96, high: 0.98 } },
  lineage: { recipeSha256: "a", dataSha256: "b", trainRows: 70, validationRows: 10, testRows: 20, seed: 7 },
  files: [{ path: "onnx/model.onnx", sizeBytes: 5, sha256: "c".repeat(64) }],
};

test("a manifest of the first format is read, field by field", () => {
  expect(parseManifest(structuredClone(manifest))).toEqual({ success: true, document: manifest });
});

test.each<[string, unknown, string, RegExp]>([
  ["no object", "text", "(top level)", /expected object/],
  ["no format", { ...manifest, format: undefined }, "format", /expected number/],
  ["a newer format", { ...manifest, format: 2, task: "new" }, "format", /^is 2; this Modelwright reads 1$/],
  ["an unknown task", { ...manifest, task: "mind-reading" }, "task", /discriminator/],
  ["a broken measure", { ...manifest, metrics: { f1Macro: { value: "high" } } }, "metrics.f1Macro.value", /number/],
  ["a file without a digest", { ...manifest, files: [{ path: "a", sizeBytes: 1 }] }, "files.0.sha256", /string/],
  ["a field of no meaning", { ...manifest, colour: "red" }, "(top level)", /"colour"/],
])("what makes it unreadable is named: %s", (_what, value, field, problem) => {
  expect(parseManifest(value)).toEqual({ success: false, field, problem: expect.stringMatching(problem) });
});
