import type { Recipe } from "@modelwright/contracts";
import type { TextLanguage } from "@modelwright/data";
import type { RunRecord } from "@modelwright/registry";
import type { LearningPart } from "../../tasks/task.ts";

/** What the models of all folds have in common. Plain data: it crosses into worker threads. */
export interface FoldSetting {
  /** With the threads of one fold. */
  readonly recipe: Recipe;
  readonly run: Pick<RunRecord, "id" | "recipeSha256">;
  readonly baseDir: string;
  /** Of versions that are bases or teachers, by reference. */
  readonly folders: Readonly<Record<string, string>>;
  readonly cacheFolder: string;
  readonly digest: string;
  readonly language?: TextLanguage | undefined;
}

/** One fold: rows to learn from, and rows to answer for. Plain data. */
export interface FoldRequest {
  readonly learning: LearningPart<unknown>;
  readonly held: unknown;
  /** Where the fold keeps what it needs to go on, and its model while it answers; no other fold's. */
  readonly folder: string;
  readonly fingerprint: string;
}

/** How a fold speaks with who started it. */
export interface FoldHooks {
  /** @param share Of the training that is done, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly onWarning: (warning: string) => void;
  readonly shouldStop: () => boolean;
}
