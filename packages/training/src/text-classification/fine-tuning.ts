import type { TextClassificationRecipe } from "@modelwright/contracts";
import { RandomSource } from "@modelwright/engine";
import type { ClassificationOutcome } from "@modelwright/evaluation";
import {
  type BuiltModel,
  buildFeatureClassifier,
  buildTextClassifier,
  buildTextEncoder,
  INFERENCE,
  initialHeadParameters,
  initialParameters,
  type LoadedPretrained,
} from "@modelwright/models";
import type { Compute } from "../trainer/compute.ts";
import { checkFallback } from "../trainer/cpu-fallback.ts";
import {
  type ClassifierTrainingOptions,
  outcomeOf,
  type TrainedClassifier,
  trainClassifier,
} from "./classifier-training.ts";
import type { EncodedData, EncodedSplit } from "./encoded-split.ts";
import { featureInputs, textInputs } from "./inputs.ts";
import { Scorer } from "./scorer.ts";

export interface FineTuningOptions extends Omit<ClassifierTrainingOptions, "recipe" | "dropout" | "learningRates"> {
  readonly recipe: TextClassificationRecipe;
  readonly pretrained: LoadedPretrained;
  readonly data: EncodedData;
  /** Rows embedded so far by `frozen`, before training begins. */
  readonly onEmbed?: (done: number, total: number) => void;
}

/** A trained text classifier, ready to be judged and kept. */
export interface FineTunedClassifier extends TrainedClassifier {
  /** The graph to serve: `input_ids`, `attention_mask` → `logits`. */
  readonly model: BuiltModel;
}

const METHODS: Readonly<
  Record<TextClassificationRecipe["model"]["fineTune"], (options: FineTuningOptions) => Promise<TrainedClassifier>>
> = {
  full: fineTuneFully,
  frozen: trainHeadOnFrozenEncoder,
};

/**
 * Fine-tunes a pretrained encoder under a fresh classification head, as the recipe says.
 *
 * A run that was stopped by `shouldStop` returns with `fit.status` "interrupted" and the weights it had.
 */
export async function fineTune(options: FineTuningOptions): Promise<FineTunedClassifier> {
  const trained = await METHODS[options.recipe.model.fineTune](options);
  const { encoder: architecture } = options.pretrained;
  const classes = options.data.labels.length;
  const model = buildTextClassifier({
    architecture,
    classes,
    bag: hasBag(options.recipe),
    parameters: trained.parameters,
    build: INFERENCE,
  });
  return { ...trained, model };
}

/** Judges a model on a split. */
export async function judge(
  model: BuiltModel,
  labels: readonly string[],
  split: EncodedSplit,
  compute: Compute,
): Promise<ClassificationOutcome> {
  const scorer = await Scorer.create(model, {}, compute);
  try {
    return outcomeOf(labels, split.classes, await scorer.score(textInputs(split.encoded, split.reading)));
  } finally {
    scorer.release();
  }
}

async function fineTuneFully(options: FineTuningOptions): Promise<TrainedClassifier> {
  const { recipe, data } = options;
  const { encoder: architecture, parameters: pretrained } = options.pretrained;
  const classes = data.labels.length;
  const bag = hasBag(recipe);
  const initial = initialParameters({
    architecture,
    classes,
    bag,
    pretrained,
    random: RandomSource.fromSeed(recipe.train.seed).stream("head"),
  });
  return trainClassifier(
    {
      labels: data.labels,
      build: (build) => buildTextClassifier({ architecture, classes, bag, parameters: initial, build }),
      initial,
      train: { inputs: textInputs(data.train.encoded, data.train.reading), classes: data.train.classes },
      validation: {
        inputs: textInputs(data.validation.encoded, data.validation.reading),
        classes: data.validation.classes,
      },
    },
    {
      ...options,
      recipe: recipe.train,
      dropout: recipe.model.dropout,
      learningRates: {
        encoder: recipe.train.learningRate,
        head: recipe.train.headLearningRate,
        bag: recipe.train.bagLearningRate,
      },
    },
  );
}

function hasBag({ model }: TextClassificationRecipe): boolean {
  return model.bagLength > 0;
}

/** Embeds every row once, then trains the head on the cached vectors. */
async function trainHeadOnFrozenEncoder(options: FineTuningOptions): Promise<TrainedClassifier> {
  const { recipe, data, runtime } = options;
  const { encoder: architecture, parameters } = options.pretrained;
  const width = architecture.width;
  const classes = data.labels.length;
  const scorer = await Scorer.create(
    buildTextEncoder({ architecture, parameters }),
    {},
    { runtime, threads: recipe.train.threads, executionProvider: options.provider.name },
  );
  const total = data.train.encoded.length + data.validation.encoded.length;
  const embed = async (split: EncodedSplit, before: number) =>
    featureInputs(
      await scorer.score(textInputs(split.encoded, split.reading), (done) => options.onEmbed?.(before + done, total)),
      width,
    );
  const embedBoth = async () => {
    checkFallback(options.provider.name, scorer.onCpu, recipe.train.cpuFallback);
    return [await embed(data.train, 0), await embed(data.validation, data.train.encoded.length)] as const;
  };
  const [train, validation] = await embedBoth().finally(() => scorer.release());

  const random = RandomSource.fromSeed(recipe.train.seed).stream("head");
  const initial = initialHeadParameters({ width, classes, random });
  const head = await trainClassifier(
    {
      labels: data.labels,
      build: (build) => buildFeatureClassifier({ width, classes, parameters: initial, build }),
      initial,
      train: { inputs: train, classes: data.train.classes },
      validation: { inputs: validation, classes: data.validation.classes },
    },
    {
      ...options,
      before: [scorer],
      recipe: recipe.train,
      dropout: recipe.model.dropout,
      learningRates: { head: recipe.train.headLearningRate },
    },
  );
  return { fit: head.fit, parameters: new Map([...parameters, ...head.parameters]) };
}
