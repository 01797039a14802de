import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type ModelManifest, ModelwrightError, type Recipe } from "@modelwright/contracts";
import {
  loadTokenizer,
  type PreparedData,
  prepareData,
  type TextReading,
  unigramTokenizerJson,
} from "@modelwright/data";
import { defaultRuntime, type Runtime } from "@modelwright/engine";
import {
  type BaselineResult,
  bootstrapClassification,
  type ClassificationOutcome,
  compareOutcomes,
  describeVerdict,
  measureClassification,
} from "@modelwright/evaluation";
import { countParameters, findPretrained, type LoadedEncoder } from "@modelwright/models";
import type { MetricPoint, Registry, RunRecord, VersionRecord } from "@modelwright/registry";
import { openRegistry } from "@modelwright/registry";
import { TextClassifier } from "@modelwright/server";
import {
  CheckpointStore,
  type EncodedData,
  encodeData,
  type FineTunedClassifier,
  fineTune,
  judge,
  majorityBaseline,
  tfidfBaseline,
} from "@modelwright/training";
import { decidePromotion } from "./promotion.ts";
import type { RunEvent, TrainResult, TriedPrediction } from "./run-event.ts";
import { describeVersion, type JudgedModel, stageVersion, versionDocuments } from "./version-folder.ts";

/** What one run is asked to do. Plain data: it crosses into a worker thread. */
export interface RunRequest {
  readonly recipe: Recipe;
  /** Relative data paths start here. */
  readonly baseDir: string;
  /** The registry's folder. */
  readonly registry: string;
  /** The run to go on with: its id, or true for the newest unfinished run of the same recipe. */
  readonly resume?: string | true;
}

export interface RunHooks {
  readonly onEvent: (event: RunEvent) => void;
  /** True asks the run to finish its step, save and return. */
  readonly shouldStop: () => boolean;
}

/** Points of the training curve that wait for one write to the registry. */
const METRIC_BATCH = 200;
const ALIAS = "champion";

/**
 * A whole run: data, training, one judgement on the test split beside the baselines, a registered version, an alias, a first answer.
 *
 * Whatever goes wrong, the run is recorded as failed with its error, and what was saved stays.
 */
export async function runTraining(request: RunRequest, hooks: RunHooks): Promise<TrainResult> {
  const started = performance.now();
  const registry = await openRegistry({ directory: request.registry });
  try {
    const run = await openRun(registry, request);
    hooks.onEvent({ type: "run", runId: run.id, recipe: request.recipe, resumed: request.resume !== undefined });
    try {
      return await execute({ registry, run, request, hooks, started });
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

interface Execution {
  readonly registry: Registry;
  readonly run: RunRecord;
  readonly request: RunRequest;
  readonly hooks: RunHooks;
  readonly started: number;
}

async function execute({ registry, run, request, hooks, started }: Execution): Promise<TrainResult> {
  const { recipe, baseDir } = request;
  const { onEvent } = hooks;
  const pretrained = findPretrained(recipe.model.base);
  const data = await prepareData(recipe.data, {
    baseDir,
    onProgress: ({ step, ...progress }) =>
      onEvent({ type: "progress", stage: step as "read" | "duplicates", ...progress }),
  });
  await registry.updateRun(run.id, { dataSha256: data.digest });
  const rows = { train: data.train.length, validation: data.validation.length, test: data.test.length };
  onEvent({ type: "data", report: data.report, labels: data.labels, rows });

  const encoder = await pretrained.load();
  const tokenizerJson = unigramTokenizerJson(encoder.vocabulary);
  const tokenizer = loadTokenizer(tokenizerJson);
  const reading: TextReading = {
    maxLength: Math.min(recipe.model.maxLength, encoder.architecture.maxLength),
    truncation: recipe.model.truncation,
    bagLength: recipe.model.bagLength,
  };
  const encoded = encodeData(data, tokenizer, reading);
  const runtime = await defaultRuntime();

  const trained = await trainModel({ registry, run, request, hooks, data, encoded, encoder, runtime });
  const checkpoint = checkpointPath(registry, run.id);
  if (trained.fit.status === "interrupted") {
    await registry.finishRun(run.id, { status: "interrupted" });
    const seconds = (performance.now() - started) / 1000;
    const nothing = { aliases: [], metrics: {}, baselines: {} };
    return { status: "interrupted", runId: run.id, name: recipe.name, ...nothing, seconds, checkpoint };
  }

  const judged = await judgeOnce({ recipe, data, encoded, trained, runtime, onEvent });
  const staging = await stageVersion({
    directory: join(registry.runDirectory(run.id), "staging"),
    model: trained.model,
    architecture: encoder.architecture,
    tokenizerJson,
    padId: tokenizer.padId,
    recipe,
    labels: data.labels,
  });
  const describe = (version: number) =>
    describeVersion({ version, run, recipe, data, trained, judged, reading, padId: tokenizer.padId });
  const version =
    (await registeredBy(registry, run, recipe.name)) ??
    (await registry.registerVersion({
      name: recipe.name,
      runId: run.id,
      stagingDirectory: staging,
      describe,
      documents: (description: Omit<ModelManifest, "files">) =>
        versionDocuments({ description, run, recipe, data, trained, judged, pretrained }),
    }));
  const reason = await promote({ registry, version, recipe, encoded, data, judged });
  const { aliases } = await registry.getVersion(version.name, version.version);
  onEvent({
    type: "registered",
    name: version.name,
    version: version.version,
    directory: version.directory,
    aliases,
    reason,
  });

  onEvent({ type: "tried", predictions: await tryVersion(version, data) });
  await registry.finishRun(run.id, { status: "finished", metrics: judged.measures });
  await rm(checkpoint, { force: true });
  return {
    status: "finished",
    runId: run.id,
    name: version.name,
    version: version.version,
    aliases,
    directory: version.directory,
    reportPath: join(version.directory, "report.html"),
    metrics: judged.measures,
    baselines: Object.fromEntries(judged.baselines.map(({ name, measures }) => [name, measures])),
    seconds: (performance.now() - started) / 1000,
  };
}

/** A new run, or the one to go on with. */
async function openRun(registry: Registry, { recipe, resume }: RunRequest): Promise<RunRecord> {
  const recipeSha256 = createHash("sha256").update(JSON.stringify(recipe)).digest("hex");
  if (resume === undefined) {
    return registry.createRun({
      recipe,
      recipeSha256,
      experiment: recipe.name,
      seed: recipe.train.seed,
      environment: environment(recipe),
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
  return registry.updateRun(run.id, { status: "running" });
}

function environment(recipe: Recipe): Record<string, string> {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    threads: String(recipe.train.threads ?? availableParallelism()),
  };
}

function checkpointPath(registry: Registry, runId: string): string {
  return join(registry.runDirectory(runId), "checkpoint.safetensors");
}

async function trainModel(options: {
  readonly registry: Registry;
  readonly run: RunRecord;
  readonly request: RunRequest;
  readonly hooks: RunHooks;
  readonly data: PreparedData;
  readonly encoded: EncodedData;
  readonly encoder: LoadedEncoder;
  readonly runtime: Runtime;
}): Promise<FineTunedClassifier> {
  const { registry, run, request, hooks, data, encoded, encoder, runtime } = options;
  const { recipe } = request;
  const fingerprint = createHash("sha256").update(run.recipeSha256).update(data.digest).digest("hex");
  const encoderParameters = countParameters(encoder.parameters);
  const { embeddingWidth, vocabularySize } = encoder.architecture;
  const bag = recipe.model.bagLength > 0 ? vocabularySize : 0;
  const head = (embeddingWidth + 1 + bag) * data.labels.length;
  hooks.onEvent({
    type: "model",
    base: recipe.model.base,
    parameters: encoderParameters + head,
    trained: recipe.model.fineTune === "frozen" ? head : encoderParameters + head,
  });
  let points: MetricPoint[] = [];
  let writing: Promise<void> = Promise.resolve();
  const flush = () => {
    const batch = points;
    points = [];
    if (batch.length > 0) writing = writing.then(() => registry.appendMetrics(run.id, batch));
    return writing;
  };
  const trained = await fineTune({
    recipe,
    encoder,
    data: encoded,
    runtime,
    checkpoints: new CheckpointStore(checkpointPath(registry, run.id), fingerprint),
    shouldStop: hooks.shouldStop,
    onEmbed: (done, total) => hooks.onEvent({ type: "progress", stage: "embed", done, total }),
    onEvent: (event) => {
      hooks.onEvent(event);
      const at = new Date().toISOString();
      const point = (name: string, value: number) =>
        points.push({ step: "step" in event ? event.step : 0, name, value, at });
      if (event.type === "step") {
        point("train/loss", event.loss);
        point("train/gradientNorm", event.gradientNorm);
        for (const [group, rate] of Object.entries(event.learningRates)) point(`train/learningRate/${group}`, rate);
      } else if (event.type === "evaluation") {
        point("validation/loss", event.loss);
        for (const [name, value] of Object.entries(event.measures)) point(`validation/${name}`, value);
      }
      if (points.length >= METRIC_BATCH) void flush();
    },
  });
  await flush();
  return trained;
}

/** The one look at the test split: the model and the baselines on the same rows. */
async function judgeOnce(options: {
  readonly recipe: Recipe;
  readonly data: PreparedData;
  readonly encoded: EncodedData;
  readonly trained: FineTunedClassifier;
  readonly runtime: Runtime;
  readonly onEvent: (event: RunEvent) => void;
}): Promise<JudgedModel> {
  const { recipe, data, encoded, trained, runtime, onEvent } = options;
  const threads = recipe.train.threads === undefined ? {} : { threads: recipe.train.threads };
  const { seed } = recipe.train;
  const bootstrap = { resamples: recipe.evaluate.bootstrap, seed };
  const outcome = await judge(trained.model, data.labels, encoded.test, { runtime, ...threads });
  const measures = bootstrapClassification(outcome, bootstrap);
  const classification = measureClassification(outcome);
  const { confusion } = classification;
  onEvent({ type: "judged", name: recipe.name, measures, labels: data.labels, confusion });

  const split = (rows: PreparedData["train"], classes: Int32Array) => ({
    texts: rows.map(({ text }) => text),
    classes,
  });
  const outcomes: Readonly<Record<Recipe["evaluate"]["baselines"][number], () => Promise<ClassificationOutcome>>> = {
    majority: async () => majorityBaseline(data.labels, encoded.train.classes, encoded.test.classes),
    tfidf: () =>
      tfidfBaseline({
        labels: data.labels,
        train: split(data.train, encoded.train.classes),
        validation: split(data.validation, encoded.validation.classes),
        test: split(data.test, encoded.test.classes),
        runtime,
        seed,
        ...threads,
        onProgress: (share) =>
          onEvent({ type: "progress", stage: "baseline", done: Math.round(share * 100), total: 100 }),
      }),
  };
  const baselines: BaselineResult[] = [];
  for (const name of recipe.evaluate.baselines) {
    const baseline = await outcomes[name]();
    const result = {
      name,
      measures: bootstrapClassification(baseline, bootstrap),
      comparisons: compareOutcomes(outcome, baseline, bootstrap),
    };
    baselines.push(result);
    onEvent({ type: "judged", name, measures: result.measures });
  }
  for (const baseline of baselines) {
    const sentence = describeVerdict(recipe.name, baseline, "f1Macro");
    if (sentence !== undefined) onEvent({ type: "verdict", sentence });
  }
  return { outcome, measures, classification, baselines };
}

/** The version that this run registered before it was killed; a resumed run keeps it instead of making a second one. */
async function registeredBy(registry: Registry, run: RunRecord, name: string): Promise<VersionRecord | undefined> {
  const isKnown = (await registry.listModels()).some((model) => model.name === name);
  return isKnown ? (await registry.listVersions(name)).find(({ runId }) => runId === run.id) : undefined;
}

/** Moves the alias if the new version has earned it; returns the reason for either. */
async function promote(options: {
  readonly registry: Registry;
  readonly version: VersionRecord;
  readonly recipe: Recipe;
  readonly data: PreparedData;
  readonly encoded: EncodedData;
  readonly judged: JudgedModel;
}): Promise<string> {
  const { registry, version, recipe, data, judged } = options;
  const model = (await registry.listModels()).find(({ name }) => name === version.name);
  const current = model?.aliases[ALIAS];
  const { promote: isPromoted, reason } = decidePromotion({
    recipe: recipe.evaluate,
    seed: recipe.train.seed,
    measures: judged.measures,
    outcome: judged.outcome,
    ...(current === undefined
      ? {}
      : {
          champion: {
            version: current,
            ...(await championOutcome(registry, version.name, current, data, judged.outcome)),
          },
        }),
  });
  if (isPromoted) await registry.setAlias(version.name, ALIAS, version.version, reason);
  return reason;
}

/** The champion on the new test rows; nothing when it knows other labels. */
async function championOutcome(
  registry: Registry,
  name: string,
  number: number,
  data: PreparedData,
  { actual, labels }: ClassificationOutcome,
): Promise<{ outcome?: ClassificationOutcome }> {
  const champion = await registry.getVersion(name, number);
  if (champion.manifest.labels.join("\0") !== labels.join("\0")) return {};
  const classifier = await TextClassifier.load(champion.directory);
  try {
    const probabilities = await classifier.probabilities(data.test.map(({ text }) => classifier.encode(text)));
    return { outcome: { labels, actual, probabilities } };
  } finally {
    classifier.release();
  }
}

/** Loads the stored version as a user would and puts a test row of each of the first three labels to it. */
async function tryVersion(version: VersionRecord, data: PreparedData): Promise<TriedPrediction[]> {
  const classifier = await TextClassifier.load(version.directory);
  try {
    const first = data.labels.flatMap((label) => data.test.find((row) => row.label === label) ?? []).slice(0, 3);
    const others = data.test.filter((row) => !first.includes(row));
    const rows = [...first, ...others].slice(0, 3);
    await classifier.predict(rows.slice(0, 1).map(({ text }) => text)); // the first run prepares buffers
    const tried: TriedPrediction[] = [];
    for (const { text, label: actual } of rows) {
      const start = performance.now();
      const [prediction] = await classifier.predict([text]);
      const milliseconds = performance.now() - start;
      tried.push({ text, actual, label: prediction!.label, probability: prediction!.probability, milliseconds });
    }
    return tried;
  } finally {
    classifier.release();
  }
}
