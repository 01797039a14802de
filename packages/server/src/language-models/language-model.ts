import type { TextDocument } from "@modelwright/data";
import type { DocumentScore } from "@modelwright/evaluation";

/** What every language model can be asked, whatever it foretells. */
export interface LanguageModel {
  /**
   * Judges the model on documents. The same documents and seed ask the same of it, and of any model with the same tokenizer.
   *
   * @param options.seed Draws what is drawn: masks and pairs of texts.
   */
  score(documents: readonly TextDocument[], options: ScoreOptions): Promise<DocumentScore[]>;
  /** The pieces of each document that `score` asks for. */
  targets(documents: readonly TextDocument[], options: Pick<ScoreOptions, "seed">): Int32Array[];
  release(): void;
}

export interface ScoreOptions {
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The text of a document as language models read it. */
export function textOf({ sentences }: TextDocument): string {
  return sentences.join("\n");
}
