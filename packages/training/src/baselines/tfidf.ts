import { fitTfidf } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";
import { type Objective, sparseLinearModel } from "@modelwright/models";
import { sparseRows } from "../batch-sources/sparse-rows.ts";
import { type Targets, withTargets } from "../batch-sources/targets.ts";
import { type Evaluation, MEAN_LOSS } from "../evaluator/model-evaluator.ts";
import type { EarlyStopping } from "../model/early-stopping.ts";
import { trainModel } from "../model/train-model.ts";

/** Texts with what a baseline is to learn of them. */
export interface TextsWithTargets {
  readonly texts: readonly string[];
  readonly targets: Targets;
}

export interface TfidfModelOptions {
  /** Numbers with `l2` make it ridge regression, labels a logistic regression for each. */
  readonly objective: Objective;
  readonly train: TextsWithTargets;
  /** The best weights and the end of training are chosen by it. */
  readonly validation: TextsWithTargets;
  /** The texts that are answered. */
  readonly test: readonly string[];
  /** What is measured of the validation texts. Default: the mean loss. */
  readonly evaluation?: Evaluation<"logits"> | undefined;
  /** Default: by the loss, when three evaluations bring nothing. */
  readonly earlyStopping?: EarlyStopping | undefined;
  /** λ of λ/2·Σw², the bias spared; of ridge regression. Default 0. */
  readonly l2?: number | undefined;
  /** Passes over the training rows; early stopping ends most runs sooner. Default 30. */
  readonly epochs?: number | undefined;
  readonly seed: number;
  readonly threads?: number | undefined;
  /** Share of the work done, in [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const PATIENCE = 3;

/**
 * TF-IDF over word 1- and 2-grams under a linear model: the baseline that a language model has to beat, whatever it is to say of a text.
 *
 * Trained by the same engine, the same loop and the same early stopping as the model beside which it stands.
 *
 * @returns What the model gives for the test texts: float32 `[texts, width]`; logits of classes and labels, numbers as they are.
 */
export async function tfidfModel(options: TfidfModelOptions): Promise<Tensor<"float32">> {
  const { objective, train, validation, test, evaluation = MEAN_LOSS, onProgress } = options;
  const vectorizer = fitTfidf(train.texts);
  const rows = (texts: readonly string[]) => sparseRows(texts.map((text) => vectorizer.transform(text)));
  const trained = await trainModel(sparseLinearModel({ features: vectorizer.vocabularySize, objective }), {
    data: withTargets(rows(train.texts), train.targets),
    validation: withTargets(rows(validation.texts), validation.targets),
    evaluation,
    earlyStopping: options.earlyStopping ?? { patience: PATIENCE },
    epochs: options.epochs ?? 30,
    batchSize: 32,
    optimizer: "adam",
    learningRate: 3e-2,
    schedule: "linear",
    l2: options.l2,
    seed: options.seed,
    threads: options.threads,
    onEvent: (event) => {
      if (event.type === "step") onProgress?.(event.step / event.totalSteps);
    },
  });
  const { logits } = await trained.outputs(rows(test), ["logits"]);
  return logits as Tensor<"float32">;
}
