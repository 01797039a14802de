import type { TextDocument, TextTokenizer } from "@modelwright/data";

/** What every language model can be asked, whatever it predicts. */
export interface LanguageModel {
  readonly tokenizer: TextTokenizer;
  /**
   * Evaluates the model on documents. The same documents and seed ask the same of it, and of any model with the same tokenizer.
   *
   * @param options.seed Draws what is drawn: masks and pairs of texts.
   */
  score(documents: readonly TextDocument[], options: ScoreOptions): Promise<DocumentScore[]>;
  /** The tokens of each document that `score` asks for. */
  targets(documents: readonly TextDocument[], options: Pick<ScoreOptions, "seed">): Int32Array[];
  release(): void;
}

export interface ScoreOptions {
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a language model made of one document. */
export interface DocumentScore {
  /** Tokens that were to be predicted. */
  readonly tokens: number;
  /** Sum of their cross-entropies, nats. */
  readonly loss: number;
  /** Tokens of which the likeliest one was right. */
  readonly right: number;
  /** Code points of the text, where every token of it was predicted. */
  readonly characters?: number;
  /** Pairs of texts, and those of which the model knew whether the second follows the first. */
  readonly pairs?: { readonly count: number; readonly right: number };
}

/** The text of a document as language models read it. */
export function textOf({ sentences }: TextDocument): string {
  return sentences.join("\n");
}
