import { createHash } from "node:crypto";
import type { LanguageModelingRecipe, Measure } from "@modelwright/contracts";
import {
  loadTokenizer,
  type TextDocument,
  type TextTokenizer,
  type TokenizerJson,
  trainTokenizer,
} from "@modelwright/data";
import { defaultRuntime, encodeModel } from "@modelwright/engine";
import {
  bootstrapLanguageModel,
  compareLanguageModels,
  type DocumentScore,
  describeVerdict,
  type LanguageModelMetric,
  type MetricComparison,
} from "@modelwright/evaluation";
import { type BuiltModel, countParameters } from "@modelwright/models";
import { CheckpointStore, preparePretraining, trainLanguageModel, unigramBaseline } from "@modelwright/training";
import type { LocalVersion } from "../../local-version.ts";
import { type ChampionComparison, decidePromotion } from "../../promotion.ts";
import type { JudgedModel, TaskContext } from "../task.ts";
import { LANGUAGE_MODEL_KINDS, type LanguageModelKind } from "./language-model-kinds.ts";
import { type PreparedDocuments, prepareDocuments } from "./prepare-documents.ts";
import { describeLanguageModel, languageModelCard, stageLanguageModel } from "./version-folder.ts";

/** A baseline on the same test documents. */
export interface LanguageModelBaseline {
  readonly name: string;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly comparisons: readonly MetricComparison<LanguageModelMetric>[];
}

/** A trained model with its one judgement on the test documents. */
export interface JudgedLanguageModel {
  readonly scores: readonly DocumentScore[];
  readonly measures: Readonly<Record<string, Measure>>;
  readonly baselines: readonly LanguageModelBaseline[];
}

/** Trains a tokenizer and a language model on running text and judges them beside how often each piece occurs. */
export async function runLanguageModeling(
  recipe: LanguageModelingRecipe,
  context: TaskContext,
): Promise<JudgedModel | undefined> {
  const kind = LANGUAGE_MODEL_KINDS[recipe.task];
  const { run, onEvent } = context;
  const data = await prepareDocuments(recipe.data, { baseDir: context.baseDir });
  await context.recordData(data.digest);
  const rows = { train: data.train.length, validation: data.validation.length, test: data.test.length };
  onEvent({ type: "data", report: data.report, rows });

  const tokenizerJson = await learnTokenizer(recipe, { kind, documents: data.train, context });
  const tokenizer = loadTokenizer(tokenizerJson);
  const trained = await trainModel(recipe, { kind, data, tokenizer, context });
  if (trained === undefined) return undefined;

  const { graph } = trained;
  const judged = await judgeOnce(recipe, { kind, data, tokenizer, graph, context });
  return {
    measures: judged.measures,
    baselines: Object.fromEntries(judged.baselines.map(({ name, measures }) => [name, measures])),
    stage: (directory) => stageLanguageModel({ directory, recipe, tokenizerJson, graph, config: trained.config }),
    describe: (version) => describeLanguageModel({ version, run, recipe, kind, data, tokenizer, graph, judged }),
    documents: (description) => {
      if (description.task === "text-classification") throw new Error("the description of another task");
      const { name: deciding } = kind.deciding;
      return { "README.md": languageModelCard({ description, recipe, data, tokenizer, judged, deciding }) };
    },
    promotionOver: async (champion) =>
      decidePromotion({
        gates: recipe.evaluate.gates,
        measures: judged.measures,
        champion: champion && (await compareWithChampion(champion, { recipe, kind, data, tokenizerJson, judged })),
      }),
    tryOut: async (version) => ({ type: "answered", answers: await kind.tryOut(version, data.test) }),
  };
}

function learnTokenizer(
  { model }: LanguageModelingRecipe,
  options: {
    readonly kind: LanguageModelKind;
    readonly documents: readonly TextDocument[];
    readonly context: TaskContext;
  },
): Promise<TokenizerJson> {
  const { tokenizer: kind, vocabularySize, lowercase } = model;
  return trainTokenizer({
    kind,
    vocabularySize,
    ...(lowercase === undefined ? {} : { lowercase }),
    texts: options.documents.flatMap(({ sentences }) => sentences),
    specialTokens: options.kind.pretraining.specialTokens(kind),
    onProgress: ({ stage: _, ...progress }) =>
      options.context.onEvent({ type: "progress", stage: "tokenizer", ...progress }),
  });
}

async function trainModel(
  recipe: LanguageModelingRecipe,
  options: {
    readonly kind: LanguageModelKind;
    readonly data: PreparedDocuments;
    readonly tokenizer: TextTokenizer;
    readonly context: TaskContext;
  },
): Promise<{ readonly graph: BuiltModel; readonly config: object } | undefined> {
  const { kind, data, tokenizer, context } = options;
  const { model, train } = recipe;
  const { objective, config, prediction } = preparePretraining(
    kind.pretraining,
    {
      tokenizer,
      documents: data,
      model: { ...model, innerWidth: model.innerWidth ?? 4 * model.width },
      sequenceLength: model.sequenceLength,
      seed: train.seed,
    },
    recipe.data.source,
  );
  const fingerprint = createHash("sha256").update(context.run.recipeSha256).update(data.digest).digest("hex");
  const { steps, threads, patience, ...training } = train;
  const { fit, parameters } = await trainLanguageModel(objective, {
    ...training,
    ...(steps === undefined ? {} : { steps }),
    ...(threads === undefined ? {} : { threads }),
    ...(patience === undefined ? {} : { patience }),
    dropout: model.dropout,
    checkpoints: new CheckpointStore(context.checkpoint, fingerprint),
    onBuilt: (built) => {
      const count = countParameters(built);
      context.onEvent({ type: "model", base: `${objective.name} from scratch`, parameters: count, trained: count });
    },
    onEvent: context.onTraining,
    shouldStop: context.shouldStop,
  });
  return fit.status === "interrupted" ? undefined : { graph: prediction(parameters), config };
}

/** The one look at the test documents: the model and the baselines. */
async function judgeOnce(
  recipe: LanguageModelingRecipe,
  options: {
    readonly kind: LanguageModelKind;
    readonly data: PreparedDocuments;
    readonly tokenizer: TextTokenizer;
    readonly graph: BuiltModel;
    readonly context: TaskContext;
  },
): Promise<JudgedLanguageModel> {
  const { kind, data, tokenizer, graph, context } = options;
  const { seed, threads } = recipe.train;
  const bootstrap = { resamples: recipe.evaluate.bootstrap, seed };
  const runtime = await defaultRuntime();
  const session = await runtime.createSession(encodeModel(graph.graph), threads === undefined ? {} : { threads });
  const model = kind.open({ tokenizer, session, maxLength: recipe.model.sequenceLength });
  try {
    const scores = await model.score(data.test, {
      seed,
      onProgress: (done, total) => context.onEvent({ type: "progress", stage: "judge", done, total }),
    });
    const measures = bootstrapLanguageModel(scores, bootstrap);
    context.onEvent({ type: "judged", name: recipe.name, measures });
    const baselines = recipe.evaluate.baselines.map((name): LanguageModelBaseline => {
      const train = data.train.flatMap(({ sentences }) =>
        sentences.map((sentence) => tokenizer.encode(sentence, Number.POSITIVE_INFINITY)),
      );
      const unigram = unigramBaseline({
        vocabularySize: tokenizer.vocabularySize,
        train,
        targets: model.targets(data.test, { seed }),
      });
      // What is known of the texts holds for the baseline too.
      const beside = unigram.map((score, i) => {
        const { characters } = scores[i]!;
        return characters === undefined ? score : { ...score, characters };
      });
      return {
        name,
        measures: bootstrapLanguageModel(beside, bootstrap),
        comparisons: compareLanguageModels(scores, beside, bootstrap),
      };
    });
    for (const { name, measures: ofBaseline } of baselines)
      context.onEvent({ type: "judged", name, measures: ofBaseline });
    for (const baseline of baselines) {
      const sentence = describeVerdict(recipe.name, baseline, kind.deciding.name);
      if (sentence !== undefined) context.onEvent({ type: "verdict", sentence });
    }
    return { scores, measures, baselines };
  } finally {
    model.release();
  }
}

/** Judges the champion on the new test documents. */
async function compareWithChampion(
  champion: LocalVersion,
  options: {
    readonly recipe: LanguageModelingRecipe;
    readonly kind: LanguageModelKind;
    readonly data: PreparedDocuments;
    readonly tokenizerJson: TokenizerJson;
    readonly judged: JudgedLanguageModel;
  },
): Promise<ChampionComparison> {
  const { recipe, kind, data, tokenizerJson, judged } = options;
  const { version, manifest } = champion;
  if (manifest.task !== recipe.task) return { version, incomparable: "the task differs from that of" };
  const tokenizer = createHash("sha256").update(JSON.stringify(tokenizerJson)).digest("hex");
  const sameTokenizer = manifest.files.some(({ path, sha256 }) => path === "tokenizer.json" && sha256 === tokenizer);
  if (!(sameTokenizer || kind.comparesTokenizers))
    return { version, incomparable: "the tokenizer differs from that of" };
  const model = await kind.load(champion);
  try {
    const scores = await model.score(data.test, { seed: recipe.train.seed });
    const bootstrap = { resamples: recipe.evaluate.bootstrap, seed: recipe.train.seed };
    const comparisons = compareLanguageModels(judged.scores, scores, bootstrap);
    const { difference } = comparisons.find(({ metric }) => metric === kind.deciding.name)!;
    return { version, metric: kind.deciding, difference };
  } finally {
    model.release();
  }
}
