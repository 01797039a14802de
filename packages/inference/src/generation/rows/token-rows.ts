import type { Scores } from "../../language-models/logits.ts";

/** What stands before a text that is to be written. */
export interface TextBeginning {
  /** Token ids that the decoder reads, one at least. */
  readonly tokens: readonly number[];
  /** Token ids that an encoder in front of it reads; decoders alone pass over them. */
  readonly source?: readonly number[] | undefined;
}

/** Reads texts token by token. */
export interface TextReader {
  /**
   * Reads what stands before texts, of each the last tokens that it can.
   *
   * @param signal Stops the run between two operators.
   */
  begin(beginnings: readonly TextBeginning[], signal?: AbortSignal): Promise<TokenRows>;
  release(): void;
}

/** The same, which can be asked for all of a text at once. */
export interface TokenReader extends TextReader {
  /** Tokens that it sees at once. */
  readonly maxLength: number;
  /**
   * Scores behind every token of rows, each of `maxLength` tokens at most.
   *
   * @returns The scores behind the token `at` of a row.
   */
  scoreAll(rows: readonly ArrayLike<number>[]): Promise<(row: number, at: number) => Scores>;
}

/**
 * Texts of unequal lengths that are read together. Calls follow one another; one that fails leaves rows that can only be released.
 */
export interface TokenRows {
  /** Of every token of the vocabulary to follow what a row has read; valid, and the caller's to change, until the next call. */
  scores(row: number): Scores;
  /**
   * Reads one more token in each row. A row that is full loses older tokens first: one, or half of them where keys and values are cached.
   *
   * @param signal Stops the run between two operators.
   */
  next(tokens: readonly number[], signal?: AbortSignal): Promise<void>;
  /** These rows, in this order: others are left out, and a row may come more than once. Scores are not taken along. */
  select(rows: readonly number[]): Promise<void>;
  /** Takes over the rows of another, which come behind these; it is released. Scores are not taken along. */
  join(other: this): Promise<void>;
  release(): void;
}

/** What a row goes on from when it is full: reading half of it again now spares reading it at every token. */
export function roomMade(tokens: readonly number[], maxLength: number): readonly number[] {
  return tokens.length < maxLength ? tokens : tokens.slice(-Math.ceil(maxLength / 2));
}
