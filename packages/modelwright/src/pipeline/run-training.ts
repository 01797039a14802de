import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import { type ChosenProvider, chooseProvider, defaultRuntime } from "@modelwright/engine";
import type { Registry, RunRecord, VersionRecord } from "@modelwright/registry";
import { openRegistry } from "@modelwright/registry";
import { localVersion } from "./local-version.ts";
import { MetricLog } from "./metric-log.ts";
import { recipeDigest } from "./recipe-digest.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import type { JudgedModel } from "./tasks/task.ts";
import { runTask } from "./tasks/tasks.ts";

/** What one run is asked to do. Plain data: it crosses into a worker thread. */
export interface RunRequest {
  readonly recipe: Recipe;
  /** Relative data paths start here. */
  readonly baseDir: string;
  /** Where the registry is: a path or a URL. */
  readonly registry: string;
  /** The run to go on with: its id, or true for the newest unfinished run of the same recipe. */
  readonly resume?: string | true;
}

export interface RunHooks {
  readonly onEvent: (event: RunEvent) => void;
  /** True asks the run to finish its step, save and return. */
  readonly shouldStop: () => boolean;
}

const ALIAS = "champion";

/**
 * A whole run: data, training, one judgement on the test split beside the baselines, a registered version, an alias, a first answer.
 *
 * Whatever goes wrong, the run is recorded as failed with its error, and what was saved stays. An execution provider that this machine lacks is
 * a mistake in the recipe: there is no run then.
 */
export async function runTraining(request: RunRequest, hooks: RunHooks): Promise<TrainResult> {
  const started = performance.now();
  const provider = await chooseProvider(await defaultRuntime(), request.recipe.train.executionProvider);
  const registry = await openRegistry(request.registry);
  try {
    const run = await openRun(registry, request, provider);
    hooks.onEvent({ type: "run", runId: run.id, recipe: request.recipe, resumed: request.resume !== undefined });
    try {
      return await execute({ registry, run, request, hooks, started, provider });
    } catch (error) {
      const code = error instanceof ModelwrightError ? error.code : "INTERNAL";
      const message = error instanceof Error ? error.message : String(error);
      await registry.finishRun(run.id, { status: "failed", error: { code, message } });
      throw error;
    }
  } finally {
    await registry.close();
  }
}

async function execute(options: {
  readonly registry: Registry;
  readonly run: RunRecord;
  readonly request: RunRequest;
  readonly hooks: RunHooks;
  readonly started: number;
  readonly provider: ChosenProvider;
}): Promise<TrainResult> {
  const { registry, run, request, hooks, started, provider } = options;
  const { recipe, baseDir } = request;
  const workFolder = await registry.workFolder(run.id);
  const checkpoint = join(workFolder, "checkpoint.safetensors");
  const metrics = new MetricLog(registry, run.id);
  const work = runTask(recipe, {
    baseDir,
    run,
    provider,
    checkpoint,
    onEvent: hooks.onEvent,
    onTraining: (event) => {
      hooks.onEvent(event);
      metrics.tell(event);
    },
    shouldStop: hooks.shouldStop,
    recordData: async (dataSha256) => {
      await registry.updateRun(run.id, { dataSha256 });
    },
  });
  const judged = await metrics.follow(work);
  if (judged === undefined) {
    await registry.finishRun(run.id, { status: "interrupted" });
    const seconds = (performance.now() - started) / 1000;
    const nothing = { aliases: [], metrics: {}, baselines: {} };
    return {
      status: "interrupted",
      runId: run.id,
      name: recipe.name,
      task: recipe.task,
      ...nothing,
      seconds,
      checkpoint,
    };
  }

  const stagingDirectory = join(workFolder, "staging");
  await judged.stage(stagingDirectory);
  const version =
    (await registeredBy(registry, run, recipe.name)) ??
    (await registry.registerVersion({
      name: recipe.name,
      runId: run.id,
      stagingDirectory,
      describe: (number) => judged.describe(number),
      documents: (description) => judged.documents(description),
    }));
  const reason = await promote(registry, version, judged);
  const { aliases } = await registry.getVersion(version.name, version.version);
  const local = await localVersion(registry, version);
  const { name, directory } = local;
  hooks.onEvent({ type: "registered", name, version: version.version, directory, aliases, reason });
  hooks.onEvent(await judged.tryOut(local));
  await registry.finishRun(run.id, { status: "finished", metrics: judged.measures });
  await rm(checkpoint, { force: true });
  const report = version.manifest.files.find(({ path }) => path === "report.html");
  return {
    status: "finished",
    runId: run.id,
    name,
    task: recipe.task,
    version: version.version,
    aliases,
    directory,
    ...(report === undefined ? {} : { reportPath: join(directory, report.path) }),
    metrics: judged.measures,
    baselines: judged.baselines,
    seconds: (performance.now() - started) / 1000,
  };
}

/** A new run, or the one to go on with. */
async function openRun(
  registry: Registry,
  { recipe, resume }: RunRequest,
  provider: ChosenProvider,
): Promise<RunRecord> {
  const recipeSha256 = recipeDigest(recipe);
  if (resume === undefined) {
    return registry.createRun({
      recipe,
      recipeSha256,
      experiment: recipe.name,
      seed: recipe.train.seed,
      environment: environment(recipe, provider),
    });
  }
  const unfinished = (await registry.listRuns({ experiment: recipe.name })).filter(
    ({ status, recipeSha256: sha256 }) => status !== "finished" && sha256 === recipeSha256,
  );
  const run = resume === true ? unfinished[0] : await registry.getRun(resume);
  if (run === undefined || run.recipeSha256 !== recipeSha256 || run.status === "finished") {
    throw new ModelwrightError("TRAINING_NOTHING_TO_RESUME", {
      run: resume === true ? "newest" : resume,
      why:
        run === undefined
          ? "no unfinished run of this recipe"
          : run.status === "finished"
            ? "it is finished"
            : "its recipe differs from this one",
      unfinished: unfinished.map(({ id }) => id),
    });
  }
  return registry.updateRun(run.id, { status: "running", environment: environment(recipe, provider) });
}

function environment(recipe: Recipe, provider: ChosenProvider): Record<string, string> {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    threads: String(recipe.train.threads ?? availableParallelism()),
    executionProvider: provider.name,
  };
}

/** The version that this run registered before it was killed; a resumed run keeps it instead of making a second one. */
async function registeredBy(registry: Registry, run: RunRecord, name: string): Promise<VersionRecord | undefined> {
  const isKnown = (await registry.listModels()).some((model) => model.name === name);
  return isKnown ? (await registry.listVersions(name)).find(({ runId }) => runId === run.id) : undefined;
}

/** Moves the alias if the new version has earned it; returns the reason for either. */
async function promote(registry: Registry, { name, version }: VersionRecord, judged: JudgedModel): Promise<string> {
  const current = (await registry.listModels()).find((model) => model.name === name)?.aliases[ALIAS];
  const champion =
    current === undefined ? undefined : await localVersion(registry, await registry.getVersion(name, current));
  const { promote: isPromoted, reason } = await judged.promotionOver(champion);
  if (isPromoted) await registry.setAlias(name, ALIAS, version, reason);
  return reason;
}
