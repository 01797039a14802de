import { ModelwrightError } from "@modelwright/contracts";
import type { EmbeddingLoss } from "@modelwright/models";
import { labelPairs } from "../batch-sources/label-pairs.ts";
import { trainEmbedding } from "./train-embedding.ts";
import {
  type EncoderTask,
  type EncoderTraining,
  type FineTunedModel,
  type HeadStart,
  trainEncoder,
} from "./train-encoder.ts";

/** Texts of few rows per class, and what is to be learned of them. */
export interface ContrastiveTask extends Omit<EncoderTask, "earlyStopping"> {
  /** The class of each training text. */
  readonly classes: ArrayLike<number>;
}

/** How pairs and head are trained; `epochs` and `learningRate` are those of the pairs. */
export interface ContrastiveTraining
  extends Omit<EncoderTraining, "fineTune" | "headStart" | "headLearningRate" | "lora"> {
  /** How the head is fitted to the vectors of the tuned encoder. */
  readonly head: HeadStart;
  /** Told the number of updates by which pairs have tuned the encoder, before the head is fitted. */
  readonly onPairs?: ((updates: number) => void) | undefined;
}

/** Scale of sentence-transformers. */
const LOSS: EmbeddingLoss = { kind: "multiple-negatives", scale: 20, hardNegatives: false };

/** C = 10 of a logistic regression: decision 062. */
const HEAD_PENALTY = 0.1;

/**
 * Tunes every weight of an encoder so that texts of one class are nearer to each other than to those of other classes, then fits a linear
 * head to the vectors: SetFit (Tunstall et al. 2022, arXiv:2209.11055) with multiple negatives in the place of single pairs.
 *
 * Each pass pairs every training text with another of its class; the texts of other classes in its batch are what it is told apart from. The
 * last weights of the encoder are kept, and those of the head that have the least loss on the validation texts: without any the last.
 *
 * A run that was stopped by `shouldStop` returns with `fit.status` "interrupted" and the weights it had; `checkpoints` keeps the pairs' part.
 *
 * @throws {ModelwrightError} `TRAINING_PAIRS_MISSING` where no two texts have the same class.
 */
export async function trainContrastive(task: ContrastiveTask, options: ContrastiveTraining): Promise<FineTunedModel> {
  const { classes, pretrained, train } = task;
  const { head, onPairs, dropout, ...common } = options;
  checkPairs(classes);
  const places = Uint32Array.from(train.encoded.keys());
  // Of a text in several windows each is of its class.
  const ofRows = train.textOf === undefined ? classes : Array.from(train.textOf, (text) => classes[text]!);
  const tuned = await trainEmbedding(
    {
      pretrained,
      loss: LOSS,
      train: { ...train, ...labelPairs({ places, classes: ofRows, seed: options.seed ?? 7 }) },
    },
    { ...common, dropout, fineTune: "full" },
  );
  if (tuned.fit.status === "interrupted") return tuned;
  onPairs?.(tuned.fit.state.updates);
  const parameters = new Map([...pretrained.parameters, ...tuned.parameters]);
  const { epochs, learningRate, patience } = head;
  const fitted = await trainEncoder(
    // The loss of a linear head has one minimum, and is steadier on few rows than what is counted.
    { ...task, pretrained: { ...pretrained, parameters }, earlyStopping: { metric: "loss", patience } },
    {
      ...common,
      fineTune: "frozen",
      epochs,
      headLearningRate: learningRate,
      headPenalty: HEAD_PENALTY,
      // It takes a moment, whatever time is left, and its vectors are those of this run alone.
      checkpoints: undefined,
      vectorCache: undefined,
      onBuilt: undefined,
      shouldFinish: undefined,
    },
  );
  return { ...fitted, trained: tuned.trained + fitted.trained };
}

function checkPairs(classes: ArrayLike<number>): void {
  const labels = new Set(Array.from(classes)).size;
  if (labels === classes.length) throw new ModelwrightError("TRAINING_PAIRS_MISSING", { labels });
}
