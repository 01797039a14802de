import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TaskName } from "@modelwright/contracts";
import { chooseProvider, defaultRuntime } from "@modelwright/engine";
import { loadVersionOf } from "@modelwright/inference";
import { CheckpointStore } from "@modelwright/training";
import type { VersionParts } from "../../tasks/task.ts";
import { stagesOf } from "../../tasks/tasks.ts";
import { calibrateVersion } from "../calibrate-version.ts";
import { describeVersion } from "../describe-version.ts";
import { runMemory } from "../run-memory.ts";
import type { FoldHooks, FoldRequest, FoldSetting } from "./fold-request.ts";

/**
 * Fits the model of one fold by the stages of a whole run, and lets the staged version answer for the rows that were held out.
 *
 * @returns The outcome; undefined when it was asked to stop before the end.
 */
export async function runFold(setting: FoldSetting, fold: FoldRequest, hooks: FoldHooks): Promise<unknown> {
  const { recipe, run, baseDir, folders, cacheFolder, digest, language } = setting;
  const { learning, held, folder, fingerprint } = fold;
  const task = stagesOf(recipe);
  const provider = await chooseProvider(await defaultRuntime(), recipe.train.executionProvider);
  const fitted = await task.fit(recipe, learning, {
    provider,
    baseDir,
    folders,
    cacheFolder,
    checkpoints: new CheckpointStore(join(folder, "checkpoint.safetensors"), fingerprint),
    memory: runMemory(join(folder, "candidates"), fingerprint),
    onWarning: hooks.onWarning,
    shouldStop: hooks.shouldStop,
    onModel: () => {},
    onTraining: (event) => {
      if (event.type === "step") hooks.onProgress(event.step / event.totalSteps);
    },
    onProgress: ({ stage, done, total }) => {
      if (stage === "learn" && total !== undefined) hooks.onProgress(done / total);
    },
  });
  if (fitted === undefined) return undefined;
  const { threads } = recipe.train;
  const load = ({ manifest: own }: VersionParts<TaskName>) => ({
    ...(threads === undefined ? {} : { threads }),
    executionProvider: provider.name,
    manifest: describeVersion(task, recipe, {
      run,
      data: { learning, digest, test: { size: task.size(held) }, language },
      own,
      number: 0,
      measures: {},
    }),
  });
  const directory = join(folder, "staging");
  try {
    const version = await calibrateVersion(task, recipe, {
      fitted: task.version(fitted, recipe),
      validated: task.validated?.(fitted, learning.validation),
      directory,
      validation: learning.validation,
      load,
      onEvent: () => {},
    });
    const model = await loadVersionOf(recipe.task, directory, load(version));
    return await task.outcome(model, held, { seed: recipe.train.seed }).finally(() => model.release());
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
