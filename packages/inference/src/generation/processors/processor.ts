import type { Scores } from "../../language-models/logits.ts";

/** What a processor may know of the text beside its scores. */
export interface WrittenSoFar {
  /** Prompt and what was written. */
  readonly tokens: readonly number[];
}

/** Changes the scores of the token that comes next, in place; −∞ where a token must not come. */
export type LogitsProcessor = (scores: Scores, written: WrittenSoFar) => void;
