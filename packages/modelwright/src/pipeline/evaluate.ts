import { resolve } from "node:path";
import { type Measure, ModelwrightError } from "@modelwright/contracts";
import { readLabelledRows } from "@modelwright/data";
import { bootstrapClassification, type ClassificationOutcome, measureClassification } from "@modelwright/evaluation";
import { openRegistry } from "@modelwright/registry";
import { TextClassifier } from "@modelwright/server";
import { registryDirectory } from "./registry-directory.ts";

export interface EvaluateOptions {
  readonly registry?: string;
  /** Labelled CSV or JSON Lines file. */
  readonly source: string;
  /** Default: `text` and `label`. */
  readonly columns?: { readonly text?: string; readonly label?: string };
  /** Resamples behind each interval. Default 1000. */
  readonly bootstrap?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A stored version on labelled rows. */
export interface EvaluateResult {
  readonly name: string;
  readonly version: number;
  readonly rows: number;
  readonly labels: readonly string[];
  readonly measures: Readonly<Record<string, Measure>>;
  /** [actual][predicted]. */
  readonly confusion: readonly (readonly number[])[];
  /** Rows that could not be judged, by reason. */
  readonly skipped: readonly { readonly rows: number; readonly reason: string }[];
}

/** Texts that go through the model between two reports of progress. */
const CHUNK = 512;

/**
 * Judges a registered version on a labelled file.
 *
 * Rows without a text or label, and rows whose label the model does not know, are left out and counted.
 *
 * @throws {ModelwrightError} `REGISTRY_…`, `DATA_…`, `EVALUATION_EMPTY` when no row can be judged.
 */
export async function evaluateModel(reference: string, options: EvaluateOptions): Promise<EvaluateResult> {
  const registry = await openRegistry({ directory: registryDirectory(options.registry) });
  try {
    const version = await registry.resolve(reference);
    await registry.verifyVersion(version);
    const { rows, skipped } = await readLabelledRows(resolve(options.source), options.columns ?? {});
    const classOf = new Map(version.manifest.labels.map((label, index) => [label, index]));
    const known = rows.filter(({ label }) => classOf.has(label));
    if (known.length < rows.length) {
      const unknown = new Set(rows.filter(({ label }) => !classOf.has(label)).map(({ label }) => label));
      skipped.push({
        rows: rows.length - known.length,
        reason: `labels that the model does not know: ${[...unknown].join(", ")}`,
      });
    }
    if (known.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: options.source });
    const classifier = await TextClassifier.load(version.directory);
    try {
      const classes = version.manifest.labels.length;
      const probabilities = new Float64Array(known.length * classes);
      for (let start = 0; start < known.length; start += CHUNK) {
        const texts = known.slice(start, start + CHUNK).map(({ text }) => classifier.encode(text));
        probabilities.set(await classifier.probabilities(texts), start * classes);
        options.onProgress?.(start + texts.length, known.length);
      }
      const outcome: ClassificationOutcome = {
        labels: version.manifest.labels,
        actual: Int32Array.from(known, ({ label }) => classOf.get(label)!),
        probabilities,
      };
      return {
        name: version.name,
        version: version.version,
        rows: known.length,
        labels: version.manifest.labels,
        measures: bootstrapClassification(outcome, { resamples: options.bootstrap ?? 1000, seed: options.seed ?? 7 }),
        confusion: measureClassification(outcome).confusion,
        skipped,
      };
    } finally {
      classifier.release();
    }
  } finally {
    await registry.close();
  }
}
