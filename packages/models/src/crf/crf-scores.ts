import type { Value } from "@modelwright/engine";

/** What a linear-chain conditional random field adds to the scores of single tags: K tags. */
export interface CrfScores {
  /** float32 `[K, K]`: of a tag (column) behind another (row). */
  readonly transitions: Value;
  /** float32 `[K]`: of a tag at the first token. */
  readonly start: Value;
  /** float32 `[K]`: of a tag at the last token. */
  readonly end: Value;
}

/** Sequences under a conditional random field. */
export interface CrfValues extends CrfScores {
  /** float32 `[batch, sequence, K]`: of each tag at each token. */
  readonly emissions: Value;
  /** int64 `[batch, sequence]`: 1 for a token, 0 for the padding behind; a row may be all padding. */
  readonly mask: Value;
}
