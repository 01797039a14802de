import { classificationFamily } from "../families/classification.ts";
import { measureClassification } from "../metrics/measure-classification.ts";
import { classificationCard } from "../report/card/families/classification-card.ts";
import type { ModelCardInput } from "../report/card/model-card.ts";
import { inventClassifier } from "./invented-report.ts";

/** A card for the model of `inventReport`. */
export function inventCard(labels: readonly string[], rows: number): ModelCardInput {
  const { outcome, report } = inventClassifier(labels, rows);
  const { measures, baselines, data } = report;
  const free = [-1, -1];
  return {
    manifest: {
      name: "mail-triage",
      version: 3,
      createdAt: "2026-03-14T09:26:53.000Z",
      runId: "2026-03-14-k3v9",
      signature: {
        tensors: {
          inputs: [
            { name: "input_ids", dtype: "int64", shape: free },
            { name: "attention_mask", dtype: "int64", shape: free },
          ],
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      lineage: {
        recipeSha256: "6f1e",
        dataSha256: "0a1b",
        language: "en",
        trainRows: 4215,
        validationRows: 602,
        testRows: rows,
        seed: 7,
      },
    },
    family: classificationFamily,
    dataset: { name: "SpamAssassin public corpus", summary: data },
    measures,
    baselines,
    parts: {
      pipelineTag: "text-classification",
      taskTitle: "Text classification",
      license: "Apache-2.0",
      base: { name: "use-lite-en", license: "Apache-2.0" },
      summary: ["Puts a label on a mail."],
      usage: ["Ask it."],
      ...classificationCard(measureClassification(outcome), { measures }),
    },
  };
}
