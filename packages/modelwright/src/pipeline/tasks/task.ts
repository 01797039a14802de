import type { Measure, ModelDescription } from "@modelwright/contracts";
import type { ChosenProvider } from "@modelwright/engine";
import type { RunRecord } from "@modelwright/registry";
import type { TrainingEvent } from "@modelwright/training";
import type { LocalVersion } from "../local-version.ts";
import type { Promotion } from "../promotion.ts";
import type { RunEvent } from "../run-event.ts";

/** What a task is given for one run, beside its recipe. */
export interface TaskContext {
  /** Relative data paths start here. */
  readonly baseDir: string;
  readonly run: RunRecord;
  /** What the recipe's `train.executionProvider` came to. */
  readonly provider: ChosenProvider;
  /** Path of the run's checkpoint. */
  readonly checkpoint: string;
  readonly onEvent: (event: RunEvent) => void;
  /** As `onEvent`; the curves go to the registry too. */
  readonly onTraining: (event: TrainingEvent) => void;
  /** True asks training to finish its step, save and return. */
  readonly shouldStop: () => boolean;
  /** Writes into the run's record which data it was. */
  readonly recordData: (dataSha256: string) => Promise<void>;
}

/** A trained model that was judged once on the test split, and all that its version needs. */
export interface JudgedModel {
  readonly measures: Readonly<Record<string, Measure>>;
  /** The measures of each baseline, by its name. */
  readonly baselines: Readonly<Record<string, Readonly<Record<string, Measure>>>>;
  /** Writes the files of the version that do not depend on its number. */
  readonly stage: (directory: string) => Promise<void>;
  readonly describe: (version: number) => ModelDescription;
  /** Texts of the version that name its number, by file; of a description that `describe` gave. */
  readonly documents: (description: ModelDescription) => Readonly<Record<string, string>>;
  /** Whether this model takes over from the champion, if there is one. */
  readonly promotionOver: (champion: LocalVersion | undefined) => Promise<Promotion>;
  /** Loads the stored version as a user would and lets it answer. */
  readonly tryOut: (version: LocalVersion) => Promise<Extract<RunEvent, { type: "tried" | "answered" }>>;
}
