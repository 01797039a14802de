import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type CandidatesManifest, ModelwrightError, type Recipe, type TaskName } from "@modelwright/contracts";
import type { SourceVersion } from "@modelwright/data";
import { type ChosenProvider, chooseProvider, defaultRuntime } from "@modelwright/engine";
import { type LoadedModel, loadVersionOf } from "@modelwright/inference";
import { openRegistry, type Registry, type RunRecord, type VersionRecord } from "@modelwright/registry";
import { CheckpointStore } from "@modelwright/training";
import { makeReference } from "../monitoring/make-reference.ts";
import { compareOnWindow, type WindowComparison } from "../retraining/compare-on-window.ts";
import { FEEDBACK_FOLDER, openRetraining, type Retraining } from "../retraining/open-retraining.ts";
import { CHALLENGER } from "../retraining/retraining-request.ts";
import { sourceChanges } from "../retraining/source-changes.ts";
import { retrainingResult } from "../retraining/tell-retraining.ts";
import type { HeldOut } from "../tasks/held-out.ts";
import type { AnyTask, LearningPart, PreparedData, VersionParts } from "../tasks/task.ts";
import { stagesOf } from "../tasks/tasks.ts";
import type { VersionFiles } from "../tasks/version-files.ts";
import { schemaChangeText } from "../wording/schema-change.ts";
import { advise } from "./advice.ts";
import { calibrateVersion } from "./calibrate-version.ts";
import { type BesideChampion, compareWithChampion } from "./compare-with-champion.ts";
import { describeVersion } from "./describe-version.ts";
import { type Evaluation, evaluateOnce, losesTo } from "./evaluate-once.ts";
import { type CrossValidation, crossValidate } from "./folds/cross-validate.ts";
import { KeptFolds } from "./folds/kept-folds.ts";
import { labelDoubts } from "./folds/label-doubts.ts";
import { outOfFoldFile } from "./folds/out-of-fold-file.ts";
import { heldOutRowsFile } from "./held-out-rows.ts";
import { localVersion } from "./local-version.ts";
import { MetricLog } from "./metric-log.ts";
import { openRun } from "./open-run.ts";
import { pinBases } from "./pin-base.ts";
import { pinTeacher } from "./pin-teacher.ts";
import { decidePromotion, decidingMetric, type Promotion } from "./promotion.ts";
import type { TrainResult } from "./run-event.ts";
import { runMemory } from "./run-memory.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";
import { storageFailure } from "./storage-failure.ts";
import { trainedRowsFile } from "./trained-rows.ts";
import { tryOut } from "./try-out.ts";
import { versionDocuments } from "./version-documents.ts";

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
  const registry = await openRegistry(request.registry, {
    onMigrated: (change) => hooks.onEvent({ type: "warning", text: schemaChangeText(change) }),
  });
  let result: Omit<TrainResult, "seconds">;
  try {
    const run = await openRun(registry, {
      recipe,
      baseDir: request.baseDir,
      retrains: request.retraining?.of,
      provider,
      ...(resume === undefined ? {} : { resume }),
    });
    hooks.onEvent({ type: "run", runId: run.id, recipe, resumed: resume !== undefined });
    try {
      const based = await pinBases(request, { registry, run, hooks });
      const pinned = based && (await pinTeacher(based, { registry, run, baseDir: request.baseDir }));
      result =
        pinned === undefined
          ? await interrupted(registry, run, recipe)
          : await new TaskRun({
              registry,
              run,
              request: { ...request, recipe: pinned.recipe },
              folders: pinned.folders,
              hooks,
              provider,
            }).execute();
    } catch (cause) {
      const error = storageFailure(cause) ?? cause;
      const code = error instanceof ModelwrightError ? error.code : "INTERNAL";
      const message = error instanceof Error ? error.message : String(error);
      // On a full disk the record cannot be written either: what went wrong first is what is told.
      await registry.finishRun(run.id, { status: "failed", error: { code, message } }).catch(() => {});
      throw error;
    }
  } catch (error) {
    await registry.close().catch(() => {});
    throw error;
  }
  await registry.close();
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

/** A run that was stopped before it had saved anything. */
async function interrupted(
  registry: Registry,
  run: RunRecord,
  { name, task }: Recipe,
): Promise<Omit<TrainResult, "seconds">> {
  await registry.finishRun(run.id, { status: "interrupted" });
  return { status: "interrupted", runId: run.id, name, task, aliases: [], metrics: {}, baselines: {}, advice: [] };
}

interface RunParts {
  readonly registry: Registry;
  readonly run: RunRecord;
  readonly request: RunRequest;
  /** Of versions that are bases or teachers, by reference. */
  readonly folders: Readonly<Record<string, string>>;
  readonly hooks: RunHooks;
  readonly provider: ChosenProvider;
}

/** A new version that is compared with the champion. */
interface Candidate {
  readonly candidate: VersionParts<TaskName>;
  readonly evaluation: Evaluation;
  /** Absent: it is compared with whatever version the alias points at. */
  readonly retraining: Retraining | undefined;
  readonly window: WindowComparison | undefined;
}

/** Data, and which rows each of its sources had. */
interface Prepared {
  readonly data: PreparedData<unknown>;
  readonly sources: readonly SourceVersion[];
}

/** The stages of one run. */
class TaskRun {
  readonly #task: AnyTask;
  readonly #recipe: Recipe;
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#recipe = parts.request.recipe;
    this.#task = stagesOf(this.#recipe);
    this.#parts = parts;
  }

  async execute(): Promise<Omit<TrainResult, "seconds">> {
    const { registry, run, hooks, provider } = this.#parts;
    const [task, recipe] = [this.#task, this.#recipe];
    const subject = { runId: run.id, name: recipe.name, task: recipe.task };
    const workFolder = await registry.workFolder(run.id);
    const checkpoint = join(workFolder, "checkpoint.safetensors");
    const candidatesFolder = join(workFolder, "candidates");
    const { retraining: request } = this.#parts.request;
    const retraining =
      request && (await openRetraining(task, recipe, { registry, run: await registry.getRun(run.id), request }));
    const { data, sources } = await this.#prepare(retraining);
    const keptFolds = new KeptFolds(workFolder, this.#fingerprint(data));
    const folds = await this.#crossValidate(data, keptFolds);
    if (this.#parts.request.until === "folds" && folds !== "stopped")
      return this.#endWithFolds(data, { folds, keptFolds });
    const fitted =
      folds === "stopped" ? undefined : await this.#fit(data, { checkpoint, candidates: candidatesFolder });
    if (folds === "stopped" || fitted === undefined) {
      await registry.finishRun(run.id, { status: "interrupted" });
      const saved = [checkpoint, candidatesFolder].find((path) => existsSync(path));
      return {
        status: "interrupted",
        ...subject,
        aliases: [],
        metrics: {},
        baselines: {},
        advice: [],
        ...(saved === undefined ? {} : { checkpoint: saved }),
      };
    }
    const crossValidation = folds?.summary;

    const stagingDirectory = join(workFolder, "staging");
    const { threads } = recipe.train;
    const placement = { ...(threads === undefined ? {} : { threads }), executionProvider: provider.name };
    // The number is given when the version is registered; the model does not read it.
    const load = ({ manifest: own }: VersionParts<TaskName>) => ({
      ...placement,
      manifest: describeVersion(task, recipe, { run, sources, data, own, number: 0, measures: {} }),
    });
    const fittedVersion = task.version(fitted, recipe);
    const parts = await calibrateVersion(task, recipe, {
      fitted: withFiles(fittedVersion, {
        ...learntFrom(task, data.learning),
        ...testedOn(task, data.test, fittedVersion.manifest),
        ...(folds === undefined ? {} : outOfFoldFile(task, data, folds)),
      }),
      validated: task.validated?.(fitted, data.learning.validation),
      directory: stagingDirectory,
      validation: data.learning.validation,
      load,
      onEvent: hooks.onEvent,
    });
    const described = { run, sources, data, own: parts.manifest };
    const staged = await loadVersionOf(recipe.task, stagingDirectory, load(parts));
    const { evaluation, reference } = await this.#look(staged, { data, fitted, directory: stagingDirectory }).finally(
      () => staged.release(),
    );
    const { measures } = evaluation.model;
    const { candidates } = parts.manifest as { readonly candidates?: CandidatesManifest };
    const window =
      retraining && (await this.#onWindow(retraining, { candidate: parts, directory: stagingDirectory, load }));
    const compared = { candidate: parts, evaluation, retraining, window };
    const champion = await this.#besideChampion(compared);

    const version =
      (await registeredBy(registry, run, recipe.name)) ??
      (await registry.registerVersion({
        name: recipe.name,
        runId: run.id,
        stagingDirectory,
        describe: (number) => describeVersion(task, recipe, { ...described, number, measures, crossValidation }),
        documents: (description) =>
          versionDocuments(task, {
            manifest: { ...description, files: [] },
            recipe,
            data,
            fitted,
            environment: run.environment,
            previous: champion?.result,
            labelDoubts: folds && labelDoubts(task, data, folds),
            reference,
            recipeSets: this.#parts.request.recipeSets,
            ...evaluation,
          }),
      }));
    const { promote: isPromoted, reason } = await this.#promote(version, compared, champion);
    const { aliases } = await registry.getVersion(version.name, version.version);
    const { name } = version;
    const directory = await registry.materialise(version);
    hooks.onEvent({ type: "registered", name, version: version.version, directory, aliases, reason });
    const kept = await loadVersionOf(recipe.task, directory, placement);
    const trials = await tryOut(task, kept, evaluation.test).finally(() => kept.release());
    hooks.onEvent({ type: "tried", trials });
    await registry.finishRun(run.id, { status: "finished", metrics: measures });
    await rm(checkpoint, { force: true });
    await rm(candidatesFolder, { recursive: true, force: true });
    // What was said in production stays where it can be erased.
    await rm(join(workFolder, FEEDBACK_FOLDER), { recursive: true, force: true });
    await keptFolds.remove();
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
      ...(crossValidation === undefined ? {} : { crossValidation }),
      ...(candidates === undefined ? {} : { candidates }),
      ...(retraining === undefined
        ? {}
        : {
            retraining: retrainingResult(retraining, { isPromoted, reason, comparison: champion!.comparison, window }),
          }),
      advice: advise({
        recipe,
        family: task.family,
        measures,
        learning: task.learning(fitted),
        baselines: evaluation.baselines,
        candidates,
        isForeign: data.isForeign,
        earlier: await earlierOnSameData(registry, version),
      }),
    };
  }

  async #prepare(retraining: Retraining | undefined): Promise<Prepared> {
    const { registry, run, request, folders, hooks } = this.#parts;
    const task = this.#task;
    const sources: SourceVersion[] = [];
    const data = await task.prepare(this.#recipe, {
      baseDir: request.baseDir,
      folders,
      continues: retraining?.continues,
      onVersion: (version) => sources.push(version),
      onProgress: (progress) => hooks.onEvent({ type: "progress", ...progress }),
    });
    await registry.updateRun(run.id, { dataSha256: data.digest, sources });
    if (retraining !== undefined) await this.#tellNews(retraining, sources);
    const { labels, report, learning } = data;
    hooks.onEvent({
      type: "data",
      report,
      ...(labels === undefined ? {} : { labels }),
      rows: { train: task.size(learning.train), validation: task.size(learning.validation), test: data.test.size },
    });
    const enriched = await task.enrich?.(this.#recipe, data, {
      baseDir: request.baseDir,
      folders,
      cacheFolder: await registry.cacheFolder(),
      provider: this.#parts.provider,
      onProgress: (progress) => hooks.onEvent({ type: "progress", ...progress }),
      onVectors: (vectors) => hooks.onEvent({ type: "vectors", ...vectors }),
    });
    return { data: enriched ?? data, sources };
  }

  /**
   * Tells in what the sources differ from those of the version that is trained anew.
   *
   * @throws {ModelwrightError} `RETRAIN_NOTHING_NEW`
   */
  async #tellNews({ champion, feedback }: Retraining, sources: readonly SourceVersion[]): Promise<void> {
    const { registry, request, hooks } = this.#parts;
    const before = (await registry.getRun(champion.runId)).sources ?? [];
    const changes = sourceChanges(before, sources);
    if (changes.length === 0 && !feedback.isNew && request.retraining!.anyway !== true) {
      throw new ModelwrightError("RETRAIN_NOTHING_NEW", { version: `${champion.name}:${champion.version}` });
    }
    for (const text of changes) hooks.onEvent({ type: "warning", text });
  }

  /** Tells what a run saves of one recipe and data from what it saves of others. */
  #fingerprint({ digest }: PreparedData<unknown>): string {
    return createHash("sha256").update(this.#parts.run.recipeSha256).update(digest).digest("hex");
  }

  /** The cross-validation that the recipe wants, if any; "stopped" when it was asked to stop before its end. */
  async #crossValidate(data: PreparedData<unknown>, kept: KeptFolds): Promise<CrossValidation | "stopped" | undefined> {
    const { registry, run, request, folders, hooks } = this.#parts;
    if (this.#recipe.evaluate.folds === undefined) return undefined;
    const found = await crossValidate(this.#task, this.#recipe, {
      data,
      kept,
      fingerprint: this.#fingerprint(data),
      hooks,
      setting: {
        run: { id: run.id, recipeSha256: run.recipeSha256 },
        baseDir: request.baseDir,
        folders,
        cacheFolder: await registry.cacheFolder(),
      },
    });
    return found ?? "stopped";
  }

  /** The end of a run that only asks what its folds say. */
  async #endWithFolds(
    data: PreparedData<unknown>,
    { folds, keptFolds }: { readonly folds: CrossValidation | undefined; readonly keptFolds: KeptFolds },
  ): Promise<Omit<TrainResult, "seconds">> {
    const { registry, run } = this.#parts;
    const { name, task } = this.#recipe;
    const crossValidation = folds?.summary;
    const doubts = folds && labelDoubts(this.#task, data, folds);
    await registry.finishRun(run.id, { status: "finished" });
    await keptFolds.remove();
    return {
      ...{ status: "finished", runId: run.id, name, task, aliases: [], metrics: {}, baselines: {}, advice: [] },
      ...(crossValidation === undefined ? {} : { crossValidation }),
      ...(doubts === undefined ? {} : { labelDoubts: doubts }),
    };
  }

  /** Fits, with the run's checkpoints; the curves go to the registry too. */
  async #fit(
    data: PreparedData<unknown>,
    { checkpoint, candidates }: { readonly checkpoint: string; readonly candidates: string },
  ): Promise<unknown> {
    const { registry, run, request, folders, hooks, provider } = this.#parts;
    const metrics = new MetricLog(registry, run.id);
    const fingerprint = this.#fingerprint(data);
    const cacheFolder = await registry.cacheFolder();
    const fitting = this.#task.fit(this.#recipe, data.learning, {
      provider,
      baseDir: request.baseDir,
      folders,
      cacheFolder,
      onVectors: (vectors) => hooks.onEvent({ type: "vectors", ...vectors }),
      onWarning: (text) => hooks.onEvent({ type: "warning", text }),
      onPairs: (updates) => hooks.onEvent({ type: "pairs", updates }),
      onHead: (reached) => hooks.onEvent({ type: "head", ...reached }),
      checkpoints: new CheckpointStore(checkpoint, fingerprint),
      memory: runMemory(candidates, fingerprint),
      onCandidates: hooks.onEvent,
      shouldStop: hooks.shouldStop,
      onProgress: (progress) => hooks.onEvent({ type: "progress", ...progress }),
      onModel: (model) => hooks.onEvent({ type: "model", ...model }),
      onTraining: (event, candidate) => {
        hooks.onEvent(event);
        metrics.tell(event, candidate);
      },
    });
    return metrics.follow(fitting);
  }

  /** What the staged version says of the test rows: how good that is, and what its traffic will be compared with. */
  async #look(
    model: LoadedModel<TaskName>,
    {
      directory,
      ...prepared
    }: { readonly data: PreparedData<unknown>; readonly fitted: unknown; readonly directory: string },
  ) {
    const [task, recipe, { onEvent }] = [this.#task, this.#recipe, this.#parts.hooks];
    const evaluation = await evaluateOnce(task, recipe, { ...prepared, model, onEvent });
    const { seed } = recipe.train;
    const reference = await makeReference(task, {
      model,
      directory,
      split: evaluation.test,
      origin: "test rows",
      seed,
    });
    return { evaluation, reference };
  }

  /**
   * The version of the alias at this moment, evaluated on the same test rows, or the one that is trained anew; undefined where the alias
   * points nowhere.
   */
  async #besideChampion(compared: Candidate): Promise<BesideChampion | undefined> {
    const { registry } = this.#parts;
    if (compared.retraining !== undefined) {
      return compareWithChampion(this.#task, this.#recipe, { ...compared, champion: compared.retraining.champion });
    }
    const current = await this.#champion();
    if (current === undefined) return undefined;
    const champion = await localVersion(registry, await registry.getVersion(this.#recipe.name, current));
    return compareWithChampion(this.#task, this.#recipe, { ...compared, champion });
  }

  async #champion(): Promise<number | undefined> {
    const { name } = this.#recipe;
    return (await this.#parts.registry.listModels()).find((model) => model.name === name)?.aliases[ALIAS];
  }

  /** The new version and the one that it is made of on the newest labelled traffic. */
  async #onWindow(
    { champion, window }: Retraining,
    staged: {
      readonly candidate: VersionParts<TaskName>;
      readonly directory: string;
      readonly load: (parts: VersionParts<TaskName>) => Parameters<typeof loadVersionOf>[2];
    },
  ): Promise<WindowComparison | undefined> {
    const [task, recipe] = [this.#task, this.#recipe];
    const { candidate, directory, load } = staged;
    if (window === undefined || task.incomparable(candidate, champion.manifest) !== undefined) return undefined;
    const model = await loadVersionOf(recipe.task, directory, load(candidate));
    return compareOnWindow(task, recipe, { model, champion, window }).finally(() => model.release());
  }

  /** Moves the alias if the new version has earned it, and says why. */
  async #promote(
    { name, version }: Pick<VersionRecord, "name" | "version">,
    compared: Candidate,
    champion: BesideChampion | undefined,
  ): Promise<Promotion> {
    const { gates, belowBaseline } = this.#recipe.evaluate;
    const { retraining, window } = compared;
    const promotion = decidePromotion({
      gates,
      belowBaseline,
      lostTo: lostTo(this.#task, compared.evaluation),
      measures: compared.evaluation.model.measures,
      champion: champion?.comparison,
      ...(window === undefined ? {} : { window: window.comparison }),
    });
    const { promote, reason } = promotion;
    if (!promote) return promotion;
    if (retraining !== undefined || this.#parts.request.asChallenger === true) {
      await this.#parts.registry.setAlias(name, CHALLENGER, version, reason);
      return promotion;
    }
    try {
      const from = champion?.comparison.version ?? null;
      await this.#parts.registry.setAlias(name, ALIAS, version, reason, { from });
      return promotion;
    } catch (error) {
      // Another training moved the alias while this one compared: its version is the one to be compared with.
      if (!(error instanceof ModelwrightError && error.code === "REGISTRY_ALIAS_MOVED")) throw error;
      return this.#promote({ name, version }, compared, await this.#besideChampion(compared));
    }
  }
}

/** The first baseline that the test rows show to be better, and by how much. */
function lostTo({ family }: AnyTask, { baselines }: Evaluation) {
  const baseline = baselines.find((each) => losesTo(family, each));
  if (baseline === undefined) return undefined;
  const { difference } = baseline.comparisons.find(({ metric }) => metric === family.deciding)!;
  return { name: baseline.name, difference, metric: decidingMetric(family) };
}

function withFiles(version: VersionParts<TaskName>, files: VersionFiles): VersionParts<TaskName> {
  return { ...version, files: { ...version.files, ...files } };
}

/** The file by which rows that a version learnt from are known again; validation rows steered it. */
function learntFrom(task: AnyTask, { train, validation }: LearningPart<unknown>): VersionFiles {
  return trainedRowsFile([...task.texts(train), ...task.texts(validation)]);
}

/** The file by which rows that a version was tested on are known again. */
function testedOn(task: AnyTask, test: HeldOut<unknown>, manifest: VersionParts<TaskName>["manifest"]): VersionFiles {
  return heldOutRowsFile(test.told((rows) => task.askedTexts?.(rows, manifest) ?? task.texts(rows)));
}

/** The version that this run registered before it was killed; a resumed run keeps it instead of making a second one. */
async function registeredBy(registry: Registry, run: RunRecord, name: string): Promise<VersionRecord | undefined> {
  const isKnown = (await registry.listModels()).some((model) => model.name === name);
  return isKnown ? (await registry.listVersions(name)).find(({ runId }) => runId === run.id) : undefined;
}

/** Older versions of a model that were made of the same rows, split in the same way. */
async function earlierOnSameData(registry: Registry, { name, version, manifest }: VersionRecord) {
  const versions = await registry.listVersions(name);
  return versions
    .filter((each) => each.version < version && each.manifest.lineage.dataSha256 === manifest.lineage.dataSha256)
    .map(({ version, manifest: { model, metrics } }) => ({
      version,
      measures: metrics,
      fineTune: "fineTune" in model ? model.fineTune : undefined,
    }));
}
