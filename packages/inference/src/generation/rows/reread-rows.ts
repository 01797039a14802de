import { type Session, tensor } from "@modelwright/engine";
import { type Scores, scoresAt } from "../../language-models/logits.ts";
import type { TextBeginning, TokenReader, TokenRows } from "./token-rows.ts";

/** A graph that takes `input_ids` to `logits` and keeps nothing: each token reads its whole row again. */
export class RereadReader implements TokenReader {
  readonly maxLength: number;
  readonly #session: Session;

  constructor(session: Session, maxLength: number) {
    this.#session = session;
    this.maxLength = maxLength;
  }

  async begin(beginnings: readonly TextBeginning[], signal?: AbortSignal): Promise<RereadRows> {
    const rows = new RereadRows(this, beginnings);
    await rows.read(signal);
    return rows;
  }

  /** Shorter rows are padded behind, which causal attention does not see. */
  async scoreAll(
    rows: readonly ArrayLike<number>[],
    signal?: AbortSignal,
  ): Promise<(row: number, at: number) => Scores> {
    const longest = Math.max(...rows.map(({ length }) => length));
    const ids = new BigInt64Array(rows.length * longest);
    for (const [row, tokens] of rows.entries()) ids.set(BigInt64Array.from(tokens, BigInt), row * longest);
    const feeds = { input_ids: tensor("int64", [rows.length, longest], ids) };
    const { logits } = await this.#session.run(feeds, ["logits"], signal === undefined ? {} : { signal });
    const size = logits!.shape.at(-1)!;
    return (row, at) => scoresAt(logits!.data, row * longest + at, size);
  }

  release(): void {
    this.#session.release();
  }
}

class RereadRows implements TokenRows {
  readonly #reader: RereadReader;
  #tokens: readonly (readonly number[])[];
  #scores: readonly Scores[] = [];

  constructor(reader: RereadReader, beginnings: readonly TextBeginning[]) {
    this.#reader = reader;
    this.#tokens = beginnings.map(({ tokens }) => tokens);
  }

  async read(signal: AbortSignal | undefined): Promise<void> {
    this.#tokens = this.#tokens.map((tokens) => tokens.slice(-this.#reader.maxLength));
    const scores = await this.#reader.scoreAll(this.#tokens, signal);
    this.#scores = this.#tokens.map(({ length }, row) => scores(row, length - 1));
  }

  scores(row: number): Scores {
    return this.#scores[row]!;
  }

  async next(tokens: readonly number[], signal?: AbortSignal): Promise<void> {
    this.#tokens = this.#tokens.map((row, at) => [...row, tokens[at]!]);
    await this.read(signal);
  }

  async select(rows: readonly number[]): Promise<void> {
    this.#tokens = rows.map((row) => this.#tokens[row]!);
  }

  async join(other: RereadRows): Promise<void> {
    this.#tokens = [...this.#tokens, ...other.#tokens];
  }

  release(): void {
    this.#tokens = [];
    this.#scores = [];
  }
}
