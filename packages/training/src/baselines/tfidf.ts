import { parseRecipe } from "@modelwright/contracts";
import { fitTfidf } from "@modelwright/data";
import { ON_CPU, type Runtime } from "@modelwright/engine";
import type { ClassificationOutcome } from "@modelwright/evaluation";
import { buildBagOfFeatures, INFERENCE, initialBagOfFeaturesParameters } from "@modelwright/models";
import { outcomeOf, trainClassifier } from "../text-classification/classifier-training.ts";
import { sparseInputs } from "../text-classification/inputs.ts";
import { Scorer } from "../text-classification/scorer.ts";

interface LabelledTexts {
  readonly texts: readonly string[];
  readonly classes: Int32Array;
}

export interface TfidfBaselineOptions {
  readonly labels: readonly string[];
  readonly train: LabelledTexts;
  readonly validation: LabelledTexts;
  readonly test: LabelledTexts;
  readonly runtime: Runtime;
  readonly seed: number;
  readonly threads?: number;
  /** Share of the work done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** Passes over the training rows; early stopping ends most runs sooner. */
const EPOCHS = 30;

/**
 * TF-IDF over word 1- and 2-grams under multinomial logistic regression: the baseline that a language model has to beat.
 *
 * Trained by the same engine, the same loop and the same early stopping as the model beside which it stands.
 */
export async function tfidfBaseline(options: TfidfBaselineOptions): Promise<ClassificationOutcome> {
  const { labels, train, validation, test, runtime, seed } = options;
  const vectorizer = fitTfidf(train.texts);
  const vectors = (texts: readonly string[]) => sparseInputs(texts.map((text) => vectorizer.transform(text)));
  const shape = { features: vectorizer.vocabularySize, classes: labels.length };
  const initial = initialBagOfFeaturesParameters(shape);
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const { train: recipe } = parseRecipe({
    name: "tfidf",
    task: "text-classification",
    data: { source: "-" },
    train: {
      epochs: EPOCHS,
      batchSize: 32,
      optimizer: "adam",
      schedule: "linear",
      warmup: 0,
      clipNorm: 0,
      seed,
      ...threads,
    },
  });
  const trained = await trainClassifier(
    {
      labels,
      build: (build) => buildBagOfFeatures({ ...shape, parameters: initial, build }),
      initial,
      train: { inputs: vectors(train.texts), classes: train.classes },
      validation: { inputs: vectors(validation.texts), classes: validation.classes },
    },
    {
      recipe,
      dropout: 0,
      learningRates: { head: 3e-2 },
      runtime,
      provider: ON_CPU,
      onEvent: (event) => {
        if (event.type === "step") options.onProgress?.(event.step / event.totalSteps);
      },
    },
  );
  const model = buildBagOfFeatures({ ...shape, parameters: trained.parameters, build: INFERENCE });
  const scorer = await Scorer.create(model, {}, { runtime, ...threads });
  try {
    return outcomeOf(labels, test.classes, await scorer.score(vectors(test.texts)));
  } finally {
    scorer.release();
  }
}
