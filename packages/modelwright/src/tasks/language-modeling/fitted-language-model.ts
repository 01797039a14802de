import type { OwnManifestOf } from "@modelwright/contracts";
import type { TextDocument, TextTokenizer } from "@modelwright/data";
import type { BuiltModel, PublishedModel } from "@modelwright/models";
import type { FitState } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import type { VersionFiles } from "../version-files.ts";
import type { LanguageModelingTask } from "./recipes.ts";

/** A trained language model with its tokenizer. */
export interface FittedLanguageModel<T extends LanguageModelingTask = LanguageModelingTask> {
  readonly tokenizer: TextTokenizer;
  /** The graph to serve. */
  readonly graph: BuiltModel;
  /** What a version's folder holds: configuration, tokenizer and weights, and the graph. */
  files(): VersionFiles;
  /** How it reads texts, and what it is made of, as a manifest says it. */
  readonly preprocessing: OwnManifestOf<T>["preprocessing"];
  readonly model: OwnManifestOf<T>["model"];
  readonly state: FitState;
  /** Where its weights come from. Absent: it was trained from scratch. */
  readonly origin?: LanguageModelOrigin;
}

/** A pretrained language model before it was trained further. */
export interface LanguageModelOrigin {
  readonly pretrained: PublishedModel;
  /** SHA-256 of its weights, hexadecimal. */
  readonly sha256: string;
  /** The graph of the same inputs and outputs with its weights. */
  graph(): BuiltModel;
}

/** What fitting is given beside its recipe. */
export type LanguageModelContext = FitContext & { readonly documents: LearningPart<readonly TextDocument[]> };
