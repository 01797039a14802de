import { availableParallelism } from "node:os";
import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import type { ChosenProvider } from "@modelwright/engine";
import type { Registry, RunRecord } from "@modelwright/registry";
import { isSameRecipe, recipeDigest } from "./recipe-digest.ts";

/**
 * A new run, or the one to go on with.
 *
 * @param options.resume The run to go on with: its id, or true for the newest unfinished one of the same recipe.
 * @throws {ModelwrightError} `TRAINING_NOTHING_TO_RESUME`.
 */
export async function openRun(
  registry: Registry,
  options: { readonly recipe: Recipe; readonly resume?: string | true; readonly provider: ChosenProvider },
): Promise<RunRecord> {
  const { recipe, resume, provider } = options;
  if (resume === undefined) {
    return registry.createRun({
      recipe,
      recipeSha256: recipeDigest(recipe),
      experiment: recipe.name,
      seed: recipe.train.seed,
      environment: environment(recipe, provider),
    });
  }
  const unfinished = (await registry.listRuns({ experiment: recipe.name })).filter(
    (run) => run.status !== "finished" && isSameRecipe(run.recipe, recipe),
  );
  const run = resume === true ? unfinished[0] : await registry.getRun(resume);
  const why = reasonAgainst(run, recipe);
  if (run === undefined || why !== undefined) {
    throw new ModelwrightError("TRAINING_NOTHING_TO_RESUME", {
      run: resume === true ? "newest" : resume,
      why: why ?? "no unfinished run of this recipe",
      unfinished: unfinished.map(({ id }) => id),
    });
  }
  return registry.updateRun(run.id, { status: "running", environment: environment(recipe, provider) });
}

function reasonAgainst(run: RunRecord | undefined, recipe: Recipe): string | undefined {
  if (run === undefined) return "no unfinished run of this recipe";
  if (run.status === "finished") return "it is finished";
  return isSameRecipe(run.recipe, recipe) ? undefined : "its recipe differs from this one";
}

function environment(recipe: Recipe, provider: ChosenProvider): Record<string, string> {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    threads: String(recipe.train.threads ?? availableParallelism()),
    executionProvider: provider.name,
  };
}
