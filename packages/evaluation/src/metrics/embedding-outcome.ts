import { ModelwrightError } from "@modelwright/contracts";
import { checkRegressionOutcome } from "./regression-outcome.ts";

/** A text that was searched with, and where what belongs to it was found. */
export interface RankedQuery {
  /** Its number among all queries, those included that were left out. */
  readonly query: number;
  /** Places, from 1, of the documents that belong to it: ascending, one at least. */
  readonly ranks: Int32Array;
  /** Number of the nearest document. */
  readonly nearest: number;
}

/** Searches among documents. */
export interface RetrievalOutcome {
  readonly kind: "retrieval";
  /** How many documents were searched. */
  readonly documents: number;
  readonly queries: readonly RankedQuery[];
}

/** Pairs of texts whose similarity is known. */
export interface SimilarityOutcome {
  readonly kind: "similarity";
  /** In the unit of the rows, `[rows]`. */
  readonly actual: Float64Array;
  /** Cosines, `[rows]`. */
  readonly predicted: Float64Array;
}

/** What vectors of texts did on test rows. */
export type EmbeddingOutcome = RetrievalOutcome | SimilarityOutcome;

/** @throws {ModelwrightError} `EVALUATION_EMPTY`; `EVALUATION_LENGTHS_DIFFER` and `EVALUATION_NUMBER_INVALID` for pairs. */
export function checkEmbeddingOutcome(outcome: EmbeddingOutcome): void {
  if (outcome.kind === "similarity") checkRegressionOutcome(outcome);
  else if (outcome.queries.length === 0) {
    throw new ModelwrightError("EVALUATION_EMPTY", {
      what: "searches",
      because: "no query has a text beside it that belongs to it",
    });
  }
}
