import { type LanguageModelingMetric, ModelwrightError } from "@modelwright/contracts";

/** What a language model made of one document. */
export interface DocumentScore {
  /** Pieces that were to be foretold. */
  readonly pieces: number;
  /** Sum of their cross-entropies, nats. */
  readonly loss: number;
  /** Pieces of which the likeliest one was right. */
  readonly right: number;
  /** Code points of the text, where every piece of it was foretold. */
  readonly characters?: number;
  /** Pairs of texts, and those of which the model knew whether the second follows the first. */
  readonly pairs?: { readonly count: number; readonly right: number };
}

export type LanguageModelMeasures = Readonly<Record<LanguageModelingMetric, number>>;

/**
 * Metrics over all documents together: every piece counts the same, however long its document is.
 *
 * @param weights How often each document counts. Default: once.
 * @returns NaN for a metric of which the documents tell nothing.
 * @throws {ModelwrightError} `EVALUATION_EMPTY` without documents.
 */
export function measureLanguageModel(
  documents: readonly DocumentScore[],
  weights?: ArrayLike<number>,
): LanguageModelMeasures {
  if (documents.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "documents" });
  const sum = (of: (document: DocumentScore) => number) =>
    documents.reduce((total, document, i) => total + of(document) * (weights?.[i] ?? 1), 0);
  const pieces = sum((document) => document.pieces);
  const nats = sum((document) => document.loss);
  const loss = nats / pieces;
  return {
    perplexity: Math.exp(loss),
    loss,
    bitsPerCharacter: nats / Math.LN2 / sum(({ characters = Number.NaN }) => characters),
    pieceAccuracy: sum(({ right }) => right) / pieces,
    nextSentenceAccuracy:
      sum(({ pairs }) => pairs?.right ?? Number.NaN) / sum(({ pairs }) => pairs?.count ?? Number.NaN),
  };
}
