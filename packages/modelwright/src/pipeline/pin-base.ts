import type { Recipe } from "@modelwright/contracts";
import { pinReference } from "@modelwright/models";
import type { Registry, RunRecord } from "@modelwright/registry";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** What a run notes of a reference to the hub: where it led when the run began. */
interface NotedBase {
  readonly reference: string;
  readonly pinned: string;
}

/** How often a download looks whether the run is to stop. */
const LOOK_MS = 100;

/**
 * Fetches the pretrained model of a recipe that names one on the hub, and puts the commit to which the name
 * leads into the recipe: every later stage, the version and whoever trains from its recipe use the same
 * files. The run keeps it, so that it is the same when it goes on.
 *
 * Undefined when the run was stopped meanwhile; what came is kept.
 *
 * @throws {ModelwrightError} `HUB_…`.
 */
export async function pinBase(
  { recipe, baseDir }: RunRequest,
  parts: { readonly registry: Registry; readonly run: RunRecord; readonly hooks: RunHooks },
): Promise<Recipe | undefined> {
  const { registry, run, hooks } = parts;
  const base = baseOf(recipe);
  if (base === undefined) return recipe;
  const noted = notedBase(run);
  const stop = new AbortController();
  const look = setInterval(() => hooks.shouldStop() && stop.abort(), LOOK_MS);
  try {
    const pinned = await pinReference(noted?.reference === base ? noted.pinned : base, {
      baseDir,
      signal: stop.signal,
      onDownload: (progress) => hooks.onEvent({ type: "download", ...progress }),
    });
    if (pinned === undefined) return recipe;
    const { reference, commit, bytes, fetched, unasked } = pinned;
    const note: NotedBase = { reference: base, pinned: reference };
    await registry.updateRun(run.id, { summary: { ...run.summary, base: { ...note } } });
    hooks.onEvent({ type: "pinned", base, commit, bytes, fetched, ...(unasked === undefined ? {} : { unasked }) });
    return withBase(recipe, reference);
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  } finally {
    clearInterval(look);
  }
}

/** The pretrained model that a recipe names, where its task starts from one. */
function baseOf({ model }: Recipe): string | undefined {
  return "base" in model ? model.base : undefined;
}

function withBase(recipe: Recipe, base: string): Recipe {
  return { ...recipe, model: { ...recipe.model, base } } as Recipe;
}

function notedBase({ summary }: RunRecord): NotedBase | undefined {
  const noted = summary?.["base"];
  return typeof noted === "object" && noted !== null && "pinned" in noted ? (noted as unknown as NotedBase) : undefined;
}
