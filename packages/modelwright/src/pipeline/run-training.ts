import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError, type Recipe, type TaskName } from "@modelwright/contracts";
import { type ChosenProvider, chooseProvider, defaultRuntime } from "@modelwright/engine";
import { loadVersionOf } from "@modelwright/inference";
import { openRegistry, type Registry, type RunRecord, type VersionRecord } from "@modelwright/registry";
import { CheckpointStore } from "@modelwright/training";
import type { AnyTask, LearningPart, PreparedData, VersionParts } from "../tasks/task.ts";
import { STAGES } from "../tasks/tasks.ts";
import { calibrateVersion } from "./calibrate-version.ts";
import { compareWithChampion } from "./compare-with-champion.ts";
import { describeVersion } from "./describe-version.ts";
import { type Evaluation, evaluateOnce } from "./evaluate-once.ts";
import { localVersion } from "./local-version.ts";
import { MetricLog } from "./metric-log.ts";
import { openRun } from "./open-run.ts";
import { decidePromotion } from "./promotion.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { trainedRowsFile } from "./trained-rows.ts";
import { tryOut } from "./try-out.ts";
import { versionDocuments } from "./version-documents.ts";

/** What one run is asked to do. Plain data: it crosses into a worker thread. */
export interface RunRequest {
  readonly recipe: Recipe;
  /** Relative data paths start here. */
  readonly baseDir: string;
  /** The registry's folder or URL. */
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
 * A whole run, whatever its task: prepare, fit, stage, calibrate, evaluate once on the test split beside the baselines, register, promote, try out.
 *
 * Whatever goes wrong, the run is recorded as failed with its error, and what was saved stays. An execution provider that this machine lacks is
 * a mistake in the recipe: there is no run then.
 */
export async function runTraining(request: RunRequest, hooks: RunHooks): Promise<TrainResult> {
  const started = performance.now();
  const { recipe, resume } = request;
  const provider = await chooseProvider(await defaultRuntime(), recipe.train.executionProvider);
  const registry = await openRegistry(request.registry);
  try {
    const run = await openRun(registry, { recipe, provider, ...(resume === undefined ? {} : { resume }) });
    hooks.onEvent({ type: "run", runId: run.id, recipe, resumed: resume !== undefined });
    try {
      const result = await new TaskRun({ registry, run, request, hooks, provider }).execute();
      return { ...result, seconds: (performance.now() - started) / 1000 };
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

interface RunParts {
  readonly registry: Registry;
  readonly run: RunRecord;
  readonly request: RunRequest;
  readonly hooks: RunHooks;
  readonly provider: ChosenProvider;
}

/** The stages of one run. */
class TaskRun {
  readonly #task: AnyTask;
  readonly #recipe: Recipe;
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#recipe = parts.request.recipe;
    this.#task = STAGES[this.#recipe.task];
    this.#parts = parts;
  }

  async execute(): Promise<Omit<TrainResult, "seconds">> {
    const { registry, run, hooks, provider } = this.#parts;
    const [task, recipe] = [this.#task, this.#recipe];
    const subject = { runId: run.id, name: recipe.name, task: recipe.task };
    const workFolder = await registry.workFolder(run.id);
    const checkpoint = join(workFolder, "checkpoint.safetensors");
    const data = await this.#prepare();
    const fitted = await this.#fit(data, checkpoint);
    if (fitted === undefined) {
      await registry.finishRun(run.id, { status: "interrupted" });
      return { status: "interrupted", ...subject, aliases: [], metrics: {}, baselines: {}, checkpoint };
    }

    const stagingDirectory = join(workFolder, "staging");
    const { threads } = recipe.train;
    const placement = { ...(threads === undefined ? {} : { threads }), executionProvider: provider.name };
    // The number is given when the version is registered; the model does not read it.
    const load = ({ manifest: own }: VersionParts<TaskName>) => ({
      ...placement,
      manifest: describeVersion(task, recipe, { run, data, own, number: 0, measures: {} }),
    });
    const parts = await calibrateVersion(task, recipe, {
      fitted: withTrainedRows(task, task.version(fitted, recipe), data.learning),
      directory: stagingDirectory,
      validation: data.learning.validation,
      load,
      onEvent: hooks.onEvent,
    });
    const described = { run, data, own: parts.manifest };
    const staged = await loadVersionOf(recipe.task, stagingDirectory, load(parts));
    const evaluation = await evaluateOnce(task, recipe, { data, model: staged, onEvent: hooks.onEvent }).finally(() =>
      staged.release(),
    );
    const { measures } = evaluation.model;

    const version =
      (await registeredBy(registry, run, recipe.name)) ??
      (await registry.registerVersion({
        name: recipe.name,
        runId: run.id,
        stagingDirectory,
        describe: (number) => describeVersion(task, recipe, { ...described, number, measures }),
        documents: (description) =>
          versionDocuments(task, {
            manifest: { ...description, files: [] },
            recipe,
            data,
            fitted,
            environment: run.environment,
            ...evaluation,
          }),
      }));
    const reason = await this.#promote(version, { candidate: parts, evaluation });
    const { aliases } = await registry.getVersion(version.name, version.version);
    const { name } = version;
    const directory = await registry.materialise(version);
    hooks.onEvent({ type: "registered", name, version: version.version, directory, aliases, reason });
    const kept = await loadVersionOf(recipe.task, directory, placement);
    const trials = await tryOut(task, kept, evaluation.test).finally(() => kept.release());
    hooks.onEvent({ type: "tried", trials });
    await registry.finishRun(run.id, { status: "finished", metrics: measures });
    await rm(checkpoint, { force: true });
    const report = version.manifest.files.find(({ path }) => path === "report.html");
    return {
      status: "finished",
      ...subject,
      version: version.version,
      aliases,
      directory,
      ...(report === undefined ? {} : { reportPath: join(directory, report.path) }),
      metrics: measures,
      baselines: Object.fromEntries(evaluation.baselines.map((baseline) => [baseline.name, baseline.measures])),
    };
  }

  async #prepare(): Promise<PreparedData<unknown>> {
    const { registry, run, request, hooks } = this.#parts;
    const task = this.#task;
    const data = await task.prepare(this.#recipe, {
      baseDir: request.baseDir,
      onProgress: (progress) => hooks.onEvent({ type: "progress", ...progress }),
    });
    await registry.updateRun(run.id, { dataSha256: data.digest });
    const { labels, report, learning } = data;
    hooks.onEvent({
      type: "data",
      report,
      ...(labels === undefined ? {} : { labels }),
      rows: { train: task.size(learning.train), validation: task.size(learning.validation), test: data.test.size },
    });
    return data;
  }

  /** Fits, with the run's checkpoint; the curves go to the registry too. */
  #fit({ learning, digest }: PreparedData<unknown>, checkpoint: string): Promise<unknown> {
    const { registry, run, hooks, provider } = this.#parts;
    const metrics = new MetricLog(registry, run.id);
    const fingerprint = createHash("sha256").update(run.recipeSha256).update(digest).digest("hex");
    const fitting = this.#task.fit(this.#recipe, learning, {
      provider,
      checkpoints: new CheckpointStore(checkpoint, fingerprint),
      shouldStop: hooks.shouldStop,
      onProgress: (progress) => hooks.onEvent({ type: "progress", ...progress }),
      onModel: (model) => hooks.onEvent({ type: "model", ...model }),
      onTraining: (event) => {
        hooks.onEvent(event);
        metrics.tell(event);
      },
    });
    return metrics.follow(fitting);
  }

  /** Moves the alias if the new version has earned it; returns the reason for either. */
  async #promote(
    { name, version }: VersionRecord,
    compared: { readonly candidate: VersionParts<TaskName>; readonly evaluation: Evaluation },
  ): Promise<string> {
    const { registry } = this.#parts;
    const current = (await registry.listModels()).find((model) => model.name === name)?.aliases[ALIAS];
    const champion = current === undefined ? undefined : await registry.getVersion(name, current);
    const { promote, reason } = decidePromotion({
      gates: this.#recipe.evaluate.gates,
      measures: compared.evaluation.model.measures,
      champion:
        champion &&
        (await compareWithChampion(this.#task, this.#recipe, {
          ...compared,
          champion: await localVersion(registry, champion),
        })),
    });
    if (promote) await registry.setAlias(name, ALIAS, version, reason);
    return reason;
  }
}

/** A version with the file by which rows that it learnt from are known again; validation rows steered it. */
function withTrainedRows(
  task: AnyTask,
  version: VersionParts<TaskName>,
  { train, validation }: LearningPart<unknown>,
): VersionParts<TaskName> {
  const texts = [...task.texts(train), ...task.texts(validation)];
  return { ...version, files: { ...version.files, ...trainedRowsFile(texts) } };
}

/** The version that this run registered before it was killed; a resumed run keeps it instead of making a second one. */
async function registeredBy(registry: Registry, run: RunRecord, name: string): Promise<VersionRecord | undefined> {
  const isKnown = (await registry.listModels()).some((model) => model.name === name);
  return isKnown ? (await registry.listVersions(name)).find(({ runId }) => runId === run.id) : undefined;
}
