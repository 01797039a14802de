import type { ManifestOf } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { STAGES } from "./tasks.ts";

const input = { name: "input_ids", dtype: "int64", shape: [-1, -1] };
const output = { name: "logits", dtype: "float32", shape: [-1, 2] };
const common = {
  format: 1 as const,
  name: "tiny",
  version: 1,
  createdAt: "2026-11-24T12:15:30.000Z",
  runId: "20261124-121530-ab12",
  metrics: {},
  lineage: { recipeSha256: "a", dataSha256: "b", trainRows: 7, validationRows: 1, testRows: 2, seed: 7 },
  files: [],
  labels: ["ham", "spam"],
  preprocessing: { tokenizer: "tokenizer.json" as const, maxLength: 128, truncation: "end" as const, padId: 0 },
  model: { base: "use-lite-en", fineTune: "full", parameters: 7_000_000 },
};
const calibration = {
  method: "temperature" as const,
  temperature: 1.7,
  rows: 120,
  before: { ece: 0.08, logLoss: 0.41 },
  after: { ece: 0.03, logLoss: 0.37 },
};
const plain: ManifestOf<"text-classification"> = {
  task: "text-classification",
  ...common,
  signature: { input: "text", output: "label-probabilities", tensors: { inputs: [input], outputs: [output] } },
};
const { summary } = STAGES["text-classification"];

test("a version says what it was chosen from, how it is calibrated and what it rejects", () => {
  const candidates = {
    metric: "f1Macro",
    kept: "full",
    tried: [
      { name: "tfidf", value: 0.8, logLoss: 0.5, seconds: 2 },
      { name: "full", value: 0.9, logLoss: 0.3, seconds: 42, epochs: 4 },
    ],
    passedOver: [{ name: "frozen", reason: "over the budget" }],
  };
  const effect = { rows: 120, coverage: 0.8, precision: 0.96 };
  const fitted = { below: 0.6, precision: 0.95, validation: effect };
  const lines = summary({ ...plain, candidates, calibration, reject: fitted });
  expect(lines.slice(2)).toEqual([
    ["candidate", "tfidf: macro F1 0.800, log loss 0.500, 2.0 s"],
    ["candidate", "full (chosen): macro F1 0.900, log loss 0.300, 4 epochs, 42 s"],
    ["candidate", "frozen: passed over: over the budget"],
    [
      "calibrated",
      "by temperature 1.70, fitted on 120 validation rows: log loss 0.410 → 0.370, calibration error 0.080 → 0.030",
    ],
    [
      "rejects",
      "what is less likely than 60.0 %, fitted to 95.0 % right answers: 80.0 % of the validation rows answered, 96.0 % of the answers right",
    ],
  ]);
  expect(summary({ ...plain, reject: { below: 0.6, validation: effect } })).toContainEqual([
    "rejects",
    "what is less likely than 60.0 %: 80.0 % of the validation rows answered, 96.0 % of the answers right",
  ]);
});

test("one without them does not speak of them", () => {
  expect(summary(plain).map(([name]) => name)).toEqual(["labels", "model"]);
});

test("labels that are learnt by themselves are calibrated as well", () => {
  const task = "multi-label-classification";
  const signature = {
    input: "text" as const,
    output: "labels" as const,
    tensors: { inputs: [input], outputs: [output] },
  };
  const manifest: ManifestOf<typeof task> = { task, ...common, signature, thresholds: [0.4, 0.5], calibration };
  expect(STAGES[task].summary(manifest)).toContainEqual(["calibrated", expect.stringContaining("temperature 1.70")]);
});
