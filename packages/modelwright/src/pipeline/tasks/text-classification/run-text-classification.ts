import { createHash } from "node:crypto";
import type { TextClassificationRecipe } from "@modelwright/contracts";
import {
  loadTokenizer,
  type PreparedData,
  prepareData,
  type TextReading,
  unigramTokenizerJson,
} from "@modelwright/data";
import { type ChosenProvider, defaultRuntime, type Runtime } from "@modelwright/engine";
import {
  type BaselineResult,
  bootstrapClassification,
  type ClassificationOutcome,
  compareOutcomes,
  describeVerdict,
  measureClassification,
} from "@modelwright/evaluation";
import { TextClassifier } from "@modelwright/inference";
import { countParameters, findPretrained, type LoadedEncoder } from "@modelwright/models";
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
import type { LocalVersion } from "../../local-version.ts";
import { type ChampionComparison, decidePromotion } from "../../promotion.ts";
import type { RunEvent, TriedPrediction } from "../../run-event.ts";
import type { JudgedModel, TaskContext } from "../task.ts";
import { compareOnMacroF1 } from "./compare-on-macro-f1.ts";
import { describeVersion, type JudgedClassifier, stageVersion, versionDocuments } from "./version-folder.ts";

/** Cleans and splits labelled rows, fine-tunes a pretrained encoder on them and judges it beside the baselines. */
export async function runTextClassification(
  recipe: TextClassificationRecipe,
  context: TaskContext,
): Promise<JudgedModel | undefined> {
  const { baseDir, run, provider, onEvent } = context;
  const pretrained = findPretrained(recipe.model.base);
  const data = await prepareData(recipe.data, {
    baseDir,
    onProgress: ({ step, ...progress }) =>
      onEvent({ type: "progress", stage: step as "read" | "duplicates", ...progress }),
  });
  await context.recordData(data.digest);
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
  const trained = await trainClassifier(recipe, { context, data, encoded, encoder, runtime });
  if (trained.fit.status === "interrupted") return undefined;

  const judged = await judgeOnce({ recipe, data, encoded, trained, runtime, provider, onEvent });
  const { padId } = tokenizer;
  const { labels } = data;
  return {
    measures: judged.measures,
    baselines: Object.fromEntries(judged.baselines.map(({ name, measures }) => [name, measures])),
    stage: (directory) =>
      stageVersion({
        directory,
        model: trained.model,
        architecture: encoder.architecture,
        tokenizerJson,
        padId,
        recipe,
        labels,
      }),
    describe: (version) => describeVersion({ version, run, recipe, data, trained, judged, reading, padId }),
    documents: (description) => {
      if (description.task !== "text-classification") throw new Error("the description of another task");
      return versionDocuments({ description, run, recipe, data, trained, judged, pretrained });
    },
    promotionOver: async (champion) =>
      decidePromotion({
        gates: recipe.evaluate.gates,
        measures: judged.measures,
        champion: champion && (await compareWithChampion(champion, { recipe, data, outcome: judged.outcome })),
      }),
    tryOut: async (version) => ({ type: "tried", predictions: await tryVersion(version, data) }),
  };
}

async function trainClassifier(
  recipe: TextClassificationRecipe,
  options: {
    readonly context: TaskContext;
    readonly data: PreparedData;
    readonly encoded: EncodedData;
    readonly encoder: LoadedEncoder;
    readonly runtime: Runtime;
  },
): Promise<FineTunedClassifier> {
  const { context, data, encoded, encoder, runtime } = options;
  const { run, onEvent } = context;
  const encoderParameters = countParameters(encoder.parameters);
  const { embeddingWidth, vocabularySize } = encoder.architecture;
  const bag = recipe.model.bagLength > 0 ? vocabularySize : 0;
  const head = (embeddingWidth + 1 + bag) * data.labels.length;
  onEvent({
    type: "model",
    base: recipe.model.base,
    parameters: encoderParameters + head,
    trained: recipe.model.fineTune === "frozen" ? head : encoderParameters + head,
  });
  const fingerprint = createHash("sha256").update(run.recipeSha256).update(data.digest).digest("hex");
  return fineTune({
    recipe,
    encoder,
    data: encoded,
    runtime,
    provider: context.provider,
    checkpoints: new CheckpointStore(context.checkpoint, fingerprint),
    shouldStop: context.shouldStop,
    onEmbed: (done, total) => onEvent({ type: "progress", stage: "embed", done, total }),
    onEvent: context.onTraining,
  });
}

/** The one look at the test split: the model and the baselines on the same rows. */
async function judgeOnce(options: {
  readonly recipe: TextClassificationRecipe;
  readonly data: PreparedData;
  readonly encoded: EncodedData;
  readonly trained: FineTunedClassifier;
  readonly runtime: Runtime;
  readonly provider: ChosenProvider;
  readonly onEvent: (event: RunEvent) => void;
}): Promise<JudgedClassifier> {
  const { recipe, data, encoded, trained, runtime, provider, onEvent } = options;
  const threads = recipe.train.threads === undefined ? {} : { threads: recipe.train.threads };
  const { seed } = recipe.train;
  const bootstrap = { resamples: recipe.evaluate.bootstrap, seed };
  const compute = { runtime, ...threads, executionProvider: provider.name };
  const outcome = await judge(trained.model, data.labels, encoded.test, compute);
  const measures = bootstrapClassification(outcome, bootstrap);
  const classification = measureClassification(outcome);
  const { confusion } = classification;
  onEvent({ type: "judged", name: recipe.name, measures, labels: data.labels, confusion });

  const split = (rows: PreparedData["train"], classes: Int32Array) => ({
    texts: rows.map(({ text }) => text),
    classes,
  });
  const outcomes: Readonly<
    Record<TextClassificationRecipe["evaluate"]["baselines"][number], () => Promise<ClassificationOutcome>>
  > = {
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

/** Judges the champion on the new test rows, unless it knows other labels. */
async function compareWithChampion(
  { version, manifest, directory }: LocalVersion,
  options: {
    readonly recipe: TextClassificationRecipe;
    readonly data: PreparedData;
    readonly outcome: ClassificationOutcome;
  },
): Promise<ChampionComparison> {
  const { recipe, data, outcome } = options;
  const { actual, labels } = outcome;
  if (manifest.task !== "text-classification") return { version, incomparable: "the task differs from that of" };
  if (manifest.labels.join("\0") !== labels.join("\0"))
    return { version, incomparable: "the labels differ from those of" };
  const classifier = await TextClassifier.load(directory);
  try {
    const probabilities = await classifier.probabilities(data.test.map(({ text }) => classifier.encode(text)));
    const bootstrap = { resamples: recipe.evaluate.bootstrap, seed: recipe.train.seed };
    return compareOnMacroF1(version, { outcome, champion: { labels, actual, probabilities }, bootstrap });
  } finally {
    classifier.release();
  }
}

/** Loads the stored version as a user would and puts a test row of each of the first three labels to it. */
async function tryVersion(version: LocalVersion, data: PreparedData): Promise<TriedPrediction[]> {
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
