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
