import {
  type ModelDescription,
  predictRequestSchema,
  predictResponseSchema,
  type TextClassificationManifest,
} from "@modelwright/contracts";
import {
  type ClassificationOutcome,
  classificationFamily,
  intervals,
  measureClassification,
  renderModelCard,
} from "@modelwright/evaluation";
import { expect, test } from "vitest";
import { textClassificationCard } from "./card-parts.ts";

const outcome: ClassificationOutcome = {
  labels: ["ham", "<b>spam</b>"],
  actual: Int32Array.of(0, 1, 0, 1),
  probabilities: Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6),
};
const measures = intervals(classificationFamily, outcome, { resamples: 20, seed: 1 });
const description: ModelDescription<TextClassificationManifest> = {
  format: 1,
  name: "mail-triage",
  version: 3,
  task: "text-classification",
  createdAt: "2026-03-14T09:26:53.000Z",
  runId: "2026-03-14-k3v9",
  labels: [...outcome.labels],
  signature: {
    input: "text",
    output: "label-probabilities",
    tensors: {
      inputs: [{ name: "input_ids", dtype: "int64", shape: [-1, -1] }],
      outputs: [{ name: "logits", dtype: "float32", shape: [-1, 2] }],
    },
  },
  preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
  model: { base: "use-lite-en", fineTune: "full", parameters: 7_121_920 },
  metrics: measures,
  lineage: { recipeSha256: "a", dataSha256: "b", trainRows: 40, validationRows: 4, testRows: 4, seed: 7 },
};

const parts = textClassificationCard({
  description,
  languages: ["en"],
  base: { name: "use-lite-en", license: "Apache-2.0", source: "npm" },
  classification: measureClassification(outcome),
  measures,
});
const card = renderModelCard({
  manifest: description,
  family: classificationFamily,
  dataset: { name: "mails", summary: { steps: [], warnings: [], fields: "" } },
  measures,
  baselines: [],
  parts,
});

test("tells what the model does and how it is called", () => {
  expect(card).toContain(
    "fine-tuned from `use-lite-en`, 7,121,920 parameters. It gave the right label to 75.0 % of 4 test texts.",
  );
  expect(card).toContain("Labels: `ham`, `<b>spam</b>`");
  expect(card).toContain('modelwright predict mail-triage@champion "your text"');
  expect(card).toContain('loadModel("mail-triage@champion")');
  expect(card).toContain("http://127.0.0.1:8000/v1/models/mail-triage/predict");
});

test("shows a request and an answer that the server's contract accepts", () => {
  const [, request] = /-d '(.*)' http/.exec(card)!;
  const schema = predictRequestSchema({ maxTextsPerRequest: 8, maxTextBytes: 1000 });
  expect(schema.parse(JSON.parse(request!))).toEqual({ texts: ["your text"] });
  const [, answer] = /```text\n(.*)\n```/.exec(card)!;
  expect(predictResponseSchema.parse(JSON.parse(answer!)).model).toEqual({ name: "mail-triage", version: 3 });
});

test("names its limits", () => {
  expect(card).toContain("It has seen texts in English only; texts in other languages get a label all the same.");
  expect(card).toContain("longer than 128 pieces the end is left out");
  expect(card).toContain("Labels with fewer than 20 test rows, whose numbers are uncertain: ham, \\<b\\>spam");
});
