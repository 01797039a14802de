import { parseRecipe, type Recipe, type RecipeInput } from "@modelwright/contracts";
import { type LoadedRecipe, loadRecipe, override } from "./load-recipe.ts";
import { pathsOf } from "./recipe-facts.ts";
import { registryLocation } from "./registry-location.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { runInThread } from "./run-in-thread.ts";
import type { RunRequest } from "./run-request.ts";

export interface TrainOptions {
  /** The registry's folder or URL. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright` in the working directory. */
  readonly registry?: string;
  /** Goes on with an interrupted run: its id, or true for the newest one of the same recipe. */
  readonly resume?: string | true;
  /**
   * Whether a version that has earned it becomes the challenger, which real requests are then to compare with the champion.
   * Default: it becomes the champion at once.
   */
  readonly asChallenger?: boolean;
  /** "folds": ends with the cross-validation, without a version. Default: with a version. */
  readonly until?: "folds";
  /** Folds of a run that ends with them, where the recipe does not say. Default: none. */
  readonly defaultFolds?: number;
  /** Overrides of recipe values by path: `{ "train.epochs": "2" }`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborting it lets the run finish its step and save; the result's status is then "interrupted". */
  readonly signal?: AbortSignal;
}

/**
 * Trains, evaluates, registers and tries a model as a recipe says, in a worker thread.
 *
 * @param recipe Path of a recipe file, or the recipe itself; then data paths are relative to the working directory.
 * @throws {ModelwrightError} for every mistake in the recipe or the data, before training starts where it can be known.
 * @example
 * const run = await train("mail-triage.yaml", { onEvent: console.log });
 */
export async function train(recipe: string | RecipeInput, options: TrainOptions = {}): Promise<TrainResult> {
  const loaded =
    typeof recipe === "string" ? await loadRecipe(recipe, options.set) : recipeOf(override(recipe, options.set ?? {}));
  const request: RunRequest = {
    recipe: withFolds(loaded.recipe, options.defaultFolds),
    recipeSets: loaded.sets,
    baseDir: loaded.baseDir,
    registry: registryLocation(options.registry),
    ...(options.resume === undefined ? {} : { resume: options.resume }),
    ...(options.asChallenger === undefined ? {} : { asChallenger: options.asChallenger }),
    ...(options.until === undefined ? {} : { until: options.until }),
  };
  return runInThread(request, options);
}

function withFolds(recipe: Recipe, folds: number | undefined): Recipe {
  if (folds === undefined || recipe.evaluate.folds !== undefined) return recipe;
  return { ...recipe, evaluate: { ...recipe.evaluate, folds } } as Recipe;
}

/** A recipe given as an object: its data paths start in the working directory. */
function recipeOf(value: unknown): Omit<LoadedRecipe, "path"> {
  return { recipe: parseRecipe(value), sets: pathsOf(value), baseDir: process.cwd() };
}
