import { isAbsolute } from "node:path";
import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import { openRegistry, type Registry, type RunRecord, type VersionRecord } from "@modelwright/registry";
import { dataFolderOf } from "../pipeline/data-folder.ts";
import { storedRecipe } from "../pipeline/recipe-digest.ts";
import { pathsOf } from "../pipeline/recipe-facts.ts";
import { registryLocation } from "../pipeline/registry-location.ts";
import type { RunEvent, TrainResult } from "../pipeline/run-event.ts";
import { runInThread } from "../pipeline/run-in-thread.ts";
import type { RunRequest } from "../pipeline/run-request.ts";
import type { RetrainingResult } from "./retraining-result.ts";

export interface RetrainOptions {
  /** The registry's folder or URL. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright` in the working directory. */
  readonly registry?: string | undefined;
  /** The folder from which relative data paths start. Default: the one of the version's run. */
  readonly from?: string | undefined;
  /** How often a row that came back is learnt from, for once that a row of the data is. Default 1. */
  readonly weight?: number | undefined;
  /** The share of the newest labelled traffic on which both versions are compared, not learnt from. Default 0.2. */
  readonly window?: number | undefined;
  /** Trains though nothing is new. Default false. */
  readonly anyway?: boolean | undefined;
  /** Goes on with an interrupted retraining: its run's id, or true for the newest one of this version. */
  readonly resume?: string | true | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Aborting it lets the run finish its step and save; the result's status is then "interrupted". */
  readonly signal?: AbortSignal | undefined;
}

/** What a retraining ends with. */
export type RetrainResult = TrainResult & { readonly retraining?: RetrainingResult };

/**
 * Trains a version anew: by its recipe, from its data as they are now and what production has taught since.
 *
 * What it was tested on is held out again. The new version becomes the `challenger` when it is as good, or shown to be hardly
 * worse, on those rows and on the newest labelled traffic; otherwise it is kept, with the reason.
 *
 * @param reference `tickets` (its champion), `tickets@alias`, `tickets:3`.
 * @throws {ModelwrightError} `RETRAIN_…`, `DATA_HELD_OUT_CHANGED`, and what training throws.
 * @example
 * const { retraining } = await retrain("tickets");
 * if (retraining?.verdict === "refused") console.log(retraining.reason);
 */
export async function retrain(reference: string, options: RetrainOptions = {}): Promise<RetrainResult> {
  const location = registryLocation(options.registry);
  const registry = await openRegistry(location);
  const request = await requestOf(registry, { location, reference, options }).finally(() => registry.close());
  return runInThread(request, options);
}

async function requestOf(
  registry: Registry,
  {
    location,
    reference,
    options,
  }: { readonly location: string; readonly reference: string; readonly options: RetrainOptions },
): Promise<RunRequest> {
  const { from, weight = 1, window = 0.2, anyway, resume } = options;
  const version = await registry.resolve(reference);
  const run = await registry.getRun(version.runId);
  const recipe = storedRecipe(run.recipe);
  if (recipe === undefined) {
    throw new ModelwrightError("RETRAIN_RECIPE_UNREADABLE", { version: nameOf(version), run: run.id });
  }
  const settings = { of: nameOf(version), weight, window };
  const stopped = resume === true ? await newestStopped(registry, version) : resume;
  return {
    recipe,
    recipeSets: pathsOf(run.recipe),
    baseDir: baseDirOf({ version, run, recipe }, { location, from }),
    registry: location,
    retraining: { ...settings, ...(anyway === true ? { anyway } : {}) },
    ...(stopped === undefined ? {} : { resume: stopped }),
  };
}

/** The newest unfinished run that trains a version anew. */
async function newestStopped(registry: Registry, version: VersionRecord): Promise<string> {
  const runs = await registry.listRuns({ experiment: version.name });
  const found = runs.find(({ status, summary }) => status !== "finished" && summary?.retrains === nameOf(version));
  if (found !== undefined) return found.id;
  const why = `no retraining of ${nameOf(version)} is unfinished`;
  throw new ModelwrightError("TRAINING_NOTHING_TO_RESUME", { run: "newest", why, unfinished: [] });
}

/** @throws {ModelwrightError} `RETRAIN_DATA_UNKNOWN` for a relative path that starts nobody knows where. */
function baseDirOf(
  { version, run, recipe }: { readonly version: VersionRecord; readonly run: RunRecord; readonly recipe: Recipe },
  { location, from }: { readonly location: string; readonly from: string | undefined },
): string {
  const known = from ?? dataFolderOf(run, location);
  if (known !== undefined) return known;
  const { source } = recipe.data;
  const isElsewhere = isAbsolute(source) || /^[a-z][a-z0-9+.-]+:/i.test(source);
  if (!isElsewhere) throw new ModelwrightError("RETRAIN_DATA_UNKNOWN", { version: nameOf(version), source });
  return process.cwd();
}

function nameOf({ name, version }: VersionRecord): string {
  return `${name}:${version}`;
}
