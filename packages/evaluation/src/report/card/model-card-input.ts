import type { Measure, TextClassificationManifest } from "@modelwright/contracts";
import type { ClassificationMeasures } from "../../metrics/measure-classification.ts";
import type { BaselineResult, DataSummary } from "../evaluation-report.ts";

/** What a model card is written from. */
export interface ModelCardInput {
  /** Name, version, labels, tensors, preprocessing and lineage. */
  readonly manifest: TextClassificationManifest;
  /** ISO 639-1 codes of the languages that the training data is in; empty when not known. */
  readonly languages: readonly string[];
  /** The weights that training started from. */
  readonly base: { readonly name: string; readonly license: string; readonly source?: string };
  /** Licence of this model, an SPDX identifier. Default: the base's. */
  readonly license?: string;
  readonly dataset: { readonly name: string; readonly summary: DataSummary };
  /** `measureClassification` on the test rows. */
  readonly classification: ClassificationMeasures;
  /** `intervals(classificationFamily, …)` on the test rows. */
  readonly measures: Readonly<Record<string, Measure>>;
  readonly baselines: readonly BaselineResult[];
}
