import { availableParallelism } from "node:os";
import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import type { ChosenProvider } from "@modelwright/engine";
import { type Registry, type RunRecord, requireInUse } from "@modelwright/registry";
import { dataFolderNote } from "./data-folder.ts";
import { gitState } from "./git-state.ts";
import { recipeDifferences } from "./recipe-differences.ts";
import { isSameRecipe, recipeDigest, storedRecipe } from "./recipe-digest.ts";
import { activeProcess, settleKilledRuns, thisProcess } from "./run-process.ts";

/**
 * A new run, or the one to go on with; this process is noted as the one that works on it.
 *
 * @param options.resume The run to go on with: its id, or true for the newest unfinished one of the same recipe.
 * @throws {ModelwrightError} `TRAINING_NOTHING_TO_RESUME`; `REGISTRY_RUN_ACTIVE` for a run at which another process works;
 *   `REGISTRY_ARCHIVED` where the model was put away.
 */
export async function openRun(
  registry: Registry,
  options: {
    readonly recipe: Recipe;
    readonly baseDir: string;
    /** The version that is trained anew. */
    readonly retrains?: string | undefined;
    readonly resume?: string | true;
    readonly provider: ChosenProvider;
  },
): Promise<RunRecord> {
  const { recipe, baseDir, retrains, resume, provider } = options;
  requireInUse((await registry.listModels()).find(({ name }) => name === recipe.name)?.archived);
  const [git] = await Promise.all([gitState(baseDir), settleKilledRuns(registry)]);
  const summary = {
    process: { ...thisProcess() },
    ...dataFolderNote(registry.location, baseDir),
    ...(retrains === undefined ? {} : { retrains }),
  };
  if (resume === undefined) {
    const { id } = await registry.createRun({
      recipe,
      recipeSha256: recipeDigest(recipe),
      experiment: recipe.name,
      seed: recipe.train.seed,
      environment: environment(recipe, provider),
      git,
    });
    return registry.updateRun(id, { summary });
  }
  const run = resume === true ? await newestToResume(registry, recipe) : await registry.getRun(resume);
  const why = reasonAgainst(run, recipe);
  if (why !== undefined) {
    const unfinished = (await unfinishedRuns(registry, recipe)).filter((each) => isSameRecipe(each.recipe, recipe));
    throw new ModelwrightError("TRAINING_NOTHING_TO_RESUME", {
      run: resume === true ? "newest" : resume,
      why,
      unfinished: unfinished.map(({ id }) => id),
    });
  }
  const active = activeProcess(run!);
  if (active !== undefined) throw new ModelwrightError("REGISTRY_RUN_ACTIVE", { id: run!.id, process: active.pid });
  return registry.updateRun(run!.id, {
    status: "running",
    environment: environment(recipe, provider),
    git,
    summary: { ...run!.summary, ...summary },
  });
}

/** The newest unfinished run of the recipe; where there is none, the newest of its name, to say how it differs. */
async function newestToResume(registry: Registry, recipe: Recipe): Promise<RunRecord | undefined> {
  const unfinished = await unfinishedRuns(registry, recipe);
  return unfinished.find((run) => isSameRecipe(run.recipe, recipe)) ?? unfinished[0];
}

async function unfinishedRuns(registry: Registry, recipe: Recipe): Promise<RunRecord[]> {
  return (await registry.listRuns({ experiment: recipe.name })).filter(({ status }) => status !== "finished");
}

function reasonAgainst(run: RunRecord | undefined, recipe: Recipe): string | undefined {
  if (run === undefined) return `no run of "${recipe.name}" is unfinished`;
  if (run.status === "finished") return "it is finished";
  const started = storedRecipe(run.recipe);
  if (started === undefined) return `this Modelwright cannot read the recipe of run ${run.id}`;
  const differences = recipeDifferences(started, recipe);
  if (differences.length === 0) return undefined;
  const told = differences.map(
    ({ path, before = "not set", after = "not set" }) => `${path} is ${before} there and ${after} here`,
  );
  return `run ${run.id} has another recipe: ${told.join("; ")}`;
}

function environment(recipe: Recipe, provider: ChosenProvider): Record<string, string> {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    threads: String(recipe.train.threads ?? availableParallelism()),
    executionProvider: provider.name,
  };
}
