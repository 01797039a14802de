/** A text of its own, from which language models learn. */
export interface TextDocument {
  /** File name without its extension. */
  readonly id: string;
  /** In order; none is empty. */
  readonly sentences: readonly string[];
}
