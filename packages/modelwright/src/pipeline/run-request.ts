import type { Recipe } from "@modelwright/contracts";
import type { RetrainingRequest } from "../retraining/retraining-request.ts";
import type { RunEvent } from "./run-event.ts";

/** What one run is asked to do. Plain data: it crosses into a worker thread. */
export interface RunRequest {
  readonly recipe: Recipe;
  /** Paths of the values that the recipe's writer set; the others are defaults. */
  readonly recipeSets: readonly string[];
  /** Relative data paths start here. */
  readonly baseDir: string;
  /** The registry's folder or URL. */
  readonly registry: string;
  /** The run to go on with: its id, or true for the newest unfinished run of the same recipe. */
  readonly resume?: string | true;
  /** A version that is trained anew. Default: a new model, or a new version beside the data of others. */
  readonly retraining?: RetrainingRequest;
  /** Whether a version that has earned it becomes the challenger, for traffic to decide. Default: it becomes the champion. */
  readonly asChallenger?: boolean;
  /** "folds": ends with the cross-validation, without a version. Default: with a version. */
  readonly until?: "folds";
}

/** How a run speaks with who started it. */
export interface RunHooks {
  readonly onEvent: (event: RunEvent) => void;
  /** True asks the run to finish its step, save and return. */
  readonly shouldStop: () => boolean;
}
