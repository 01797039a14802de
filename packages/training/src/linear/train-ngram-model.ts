import {
  fitNgramTfidf,
  loadTokenizer,
  type NgramTfidf,
  ngramTokenizerJson,
  type TokenizerJson,
} from "@modelwright/data";
import type { Graph } from "@modelwright/engine";
import { type TfidfLinearParts, tfidfLinearGraph } from "@modelwright/models";
import { type LinearModel, scoreInto, trainLinear } from "./linear-model.ts";

export interface NgramTraining {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  /** Scores per text. */
  readonly width: number;
  /** Turns the scores of a training text, `[width]`, into the gradient of its loss by them, in place. */
  readonly gradient: (scores: Float64Array, row: number) => void;
  /** Of validation logits, `[texts, width]`; less is better. */
  readonly loss: (logits: Float32Array) => number;
  readonly seed: number;
  /** Share of the work done, in [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly shouldStop?: (() => boolean) | undefined;
}

/** Characters of a text that are read, spaces included. */
export const NGRAM_READING = { maxLength: 8192, truncation: "end" } as const;

/** Weights of the model at most: 40 MB of a version. */
const MOST_WEIGHTS = 10_000_000;
const MOST_TERMS = 60_000;
const LEAST_EPOCHS = 6;
const MOST_EPOCHS = 60;
/** Updates that few rows are given, by more passes over them. */
const UPDATES = 20_000;
/** First rates that are tried: much moves between many labels, little between two. */
const LEARNING_RATES = [1, 4];

/** TF-IDF over characters and words under a linear model, ready to be kept: the file of its tokenizer and its graph. */
export class NgramModel {
  readonly tokenizerJson: TokenizerJson;
  readonly parts: TfidfLinearParts;
  readonly #encode: (text: string) => Int32Array;
  readonly #tfidf: NgramTfidf;

  constructor(tokenizerJson: TokenizerJson, tfidf: NgramTfidf, { weight, bias }: LinearModel) {
    this.tokenizerJson = tokenizerJson;
    this.#encode = encoderOf(tokenizerJson);
    this.#tfidf = tfidf;
    this.parts = { ...tfidf.pool, weight, bias };
  }

  /** What is learned: weights and biases. */
  get parameters(): number {
    return this.parts.weight.length + this.parts.bias.length;
  }

  /** From `input_ids` and `attention_mask` to `logits`. */
  graph(): Graph {
    return tfidfLinearGraph(this.parts);
  }

  /** Logits of texts, `[texts, width]`: what the graph gives. */
  logits(texts: readonly string[]): Float32Array {
    return logitsOf(
      this.parts,
      texts.map((text) => this.#tfidf.transform(this.#encode(text))),
    );
  }
}

/**
 * Trains a linear model on TF-IDF vectors of texts: runs of one to four characters, which need no language, and words and pairs of words.
 *
 * Terms and their weights come from the training texts alone. Of a few learning rates the validation texts choose.
 *
 * @returns `undefined` when it was stopped.
 */
export async function trainNgramModel(options: NgramTraining): Promise<NgramModel | undefined> {
  const { width, gradient, loss, seed, onProgress = () => {}, shouldStop } = options;
  const tokenizerJson = ngramTokenizerJson(options.train);
  const encode = encoderOf(tokenizerJson);
  const encoded = options.train.map(encode);
  const tfidf = fitNgramTfidf(encoded, {
    maxTerms: Math.max(1, Math.min(MOST_TERMS, Math.floor(MOST_WEIGHTS / width))),
  });
  const vectors = encoded.map((ids) => tfidf.transform(ids));
  const validation = options.validation.map((text) => tfidf.transform(encode(text)));
  let best: { readonly model: LinearModel; readonly loss: number } | undefined;
  for (const [i, learningRate] of LEARNING_RATES.entries()) {
    const model = await trainLinear({
      vectors,
      features: tfidf.pool.terms.length,
      width,
      gradient,
      epochs: ngramEpochs(vectors.length),
      learningRate,
      seed,
      onProgress: (share) => onProgress((i + share) / LEARNING_RATES.length),
      shouldStop,
    });
    if (model === undefined || shouldStop?.() === true) return undefined;
    const reached = loss(logitsOf(model, validation));
    if (best === undefined || reached < best.loss) best = { model, loss: reached };
  }
  return new NgramModel(tokenizerJson, tfidf, best!.model);
}

/** Passes over so many rows. */
export function ngramEpochs(rows: number): number {
  return Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, Math.ceil(UPDATES / Math.max(1, rows))));
}

function encoderOf(json: TokenizerJson): (text: string) => Int32Array {
  const tokenizer = loadTokenizer(json);
  return (text) => tokenizer.encode(text, NGRAM_READING.maxLength, NGRAM_READING.truncation);
}

function logitsOf(model: LinearModel, vectors: ReturnType<NgramTfidf["transform"]>[]): Float32Array {
  const width = model.bias.length;
  const logits = new Float32Array(vectors.length * width);
  const scores = new Float64Array(width);
  vectors.forEach((vector, row) => {
    scoreInto(model, vector, scores);
    logits.set(scores, row * width);
  });
  return logits;
}
