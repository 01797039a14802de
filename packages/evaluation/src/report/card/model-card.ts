import type { Measure, ModelManifest, TensorSignature } from "@modelwright/contracts";
import type { FamilyWords } from "../../families/metric-family.ts";
import type { BaselineResult, DataSummary } from "../evaluation-report.ts";

/** What outcomes of one family say in a card. */
export interface CardEvidence {
  /** Markdown behind the table of metrics, such as a table of labels. */
  readonly evidence: readonly string[];
  /** What the model cannot do or what is not known, each a sentence of Markdown. */
  readonly limits: readonly string[];
}

/** What a task says in its models' cards. Texts from outside must be escaped: `escapeMarkdown`, `codeSpan`. */
export interface CardParts extends CardEvidence {
  /** Hugging Face's name of the task. */
  readonly pipelineTag: string;
  /** Hugging Face's title of the task: `Text classification`. */
  readonly taskTitle: string;
  /** SPDX identifier of the model's licence, or `unknown`. Default: for whoever trained it to choose. */
  readonly license?: string;
  /** Weights that training started from. Default: none. */
  readonly base?: BaseWeights;
  /** Markdown under the title, a paragraph each: what the model does, first in one sentence. */
  readonly summary: readonly string[];
  /** Markdown, a paragraph or block of code each: how the model is called. */
  readonly usage: readonly string[];
}

/** Stands for a licence that nothing states. */
export const UNKNOWN_LICENSE = "unknown";

/** Weights that training started from. */
export interface BaseWeights {
  readonly name: string;
  /** SPDX identifier, or `unknown`. */
  readonly license: string;
  readonly source?: string | undefined;
  readonly sha256?: string | undefined;
}

/** What a model card is written from. */
export interface ModelCardInput {
  readonly manifest: Pick<ModelManifest, "name" | "version" | "createdAt" | "runId" | "lineage" | "crossValidation"> & {
    readonly signature: {
      readonly tensors: { readonly inputs: readonly TensorSignature[]; readonly outputs: readonly TensorSignature[] };
    };
  };
  readonly family: FamilyWords;
  readonly dataset: { readonly name: string; readonly summary: DataSummary };
  /** As `intervals` gives them for the test split. */
  readonly measures: Readonly<Record<string, Measure>>;
  readonly baselines: readonly BaselineResult[];
  readonly parts: CardParts;
}
