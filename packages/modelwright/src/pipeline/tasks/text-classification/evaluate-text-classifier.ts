import { resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { readLabelledRows } from "@modelwright/data";
import { bootstrapClassification, type ClassificationOutcome, measureClassification } from "@modelwright/evaluation";
import { TextClassifier } from "@modelwright/inference";
import { requireTask } from "@modelwright/registry";
import type { EvaluateOptions, EvaluateResult } from "../../evaluate.ts";
import type { LocalVersion } from "../../local-version.ts";

/** Texts that go through the model between two reports of progress. */
const CHUNK = 512;

/** Judges a text classifier on a labelled file. */
export async function evaluateTextClassifier(found: LocalVersion, options: EvaluateOptions): Promise<EvaluateResult> {
  const { name, version, directory, manifest } = requireTask(found, "text-classification", "labelled rows");
  const { labels } = manifest;
  const { rows, skipped } = await readLabelledRows(resolve(options.source), options.columns ?? {});
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const known = rows.filter(({ label }) => classOf.has(label));
  if (known.length < rows.length) {
    const unknown = new Set(rows.filter(({ label }) => !classOf.has(label)).map(({ label }) => label));
    skipped.push({
      rows: rows.length - known.length,
      reason: `labels that the model does not know: ${[...unknown].join(", ")}`,
    });
  }
  if (known.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: options.source });
  const classifier = await TextClassifier.load(directory);
  try {
    const classes = labels.length;
    const probabilities = new Float64Array(known.length * classes);
    for (let start = 0; start < known.length; start += CHUNK) {
      const texts = known.slice(start, start + CHUNK).map(({ text }) => classifier.encode(text));
      probabilities.set(await classifier.probabilities(texts), start * classes);
      options.onProgress?.(start + texts.length, known.length);
    }
    const outcome: ClassificationOutcome = {
      labels,
      actual: Int32Array.from(known, ({ label }) => classOf.get(label)!),
      probabilities,
    };
    return {
      name,
      version,
      rows: known.length,
      labels,
      measures: bootstrapClassification(outcome, { resamples: options.bootstrap ?? 1000, seed: options.seed ?? 7 }),
      confusion: measureClassification(outcome).confusion,
      skipped,
    };
  } finally {
    classifier.release();
  }
}
