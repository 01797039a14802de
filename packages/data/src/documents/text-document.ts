/** A text of its own, from which language models learn. */
export interface TextDocument {
  /** File name without its extension. */
  readonly id: string;
  /** In order; none is empty. */
  readonly sentences: readonly string[];
}

/** Characters (UTF-16 code units) of a document's sentences, what stands between them not counted. */
export function charactersOf({ sentences }: TextDocument): number {
  return sentences.reduce((sum, { length }) => sum + length, 0);
}
