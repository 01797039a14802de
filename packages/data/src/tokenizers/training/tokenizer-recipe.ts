import type { PartJson } from "../pipeline/part.ts";

/** What a kind of tokenizer is made of, and how it learns its tokens. */
export interface TokenizerRecipe {
  parts(options: { readonly lowercase: boolean }): {
    readonly normalizer: PartJson | null;
    readonly pre_tokenizer: PartJson;
    readonly post_processor: PartJson | null;
    /** Absent: tokens are parted by spaces. */
    readonly decoder: PartJson | null;
  };
  /** The `model` of the file. */
  learn(options: LearningOptions): PartJson;
}

export interface LearningOptions {
  /** How often each word occurs. */
  readonly words: ReadonlyMap<string, number>;
  readonly specialTokens: readonly string[];
  readonly vocabularySize: number;
  readonly minFrequency: number;
  readonly onProgress: (done: number, total: number) => void;
}
