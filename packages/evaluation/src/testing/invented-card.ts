import { measureClassification } from "../metrics/measure-classification.ts";
import type { ModelCardInput } from "../report/card/model-card-input.ts";
import { inventClassifier } from "./invented-report.ts";

/** A card for the model of `inventReport`. */
export function inventCard(labels: readonly string[], rows: number): ModelCardInput {
  const { outcome, report } = inventClassifier(labels, rows);
  const { measures, baselines, data } = report;
  const free = [-1, -1];
  return {
    manifest: {
      format: 1,
      name: "mail-triage",
      version: 3,
      task: "text-classification",
      createdAt: "2026-03-14T09:26:53.000Z",
      runId: "2026-03-14-k3v9",
      labels: [...labels],
      signature: {
        input: "text",
        output: "label-probabilities",
        tensors: {
          inputs: [
            { name: "input_ids", dtype: "int64", shape: free },
            { name: "attention_mask", dtype: "int64", shape: free },
          ],
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
      model: { base: "use-lite-en", fineTune: "full", parameters: 7_121_920 },
      metrics: measures,
      lineage: {
        recipeSha256: "6f1e",
        dataSha256: "0a1b",
        trainRows: 4215,
        validationRows: 602,
        testRows: rows,
        seed: 7,
      },
      files: [],
    },
    languages: ["en"],
    base: { name: "use-lite-en", license: "Apache-2.0" },
    dataset: { name: "SpamAssassin public corpus", summary: data },
    classification: measureClassification(outcome),
    measures,
    baselines,
  };
}
