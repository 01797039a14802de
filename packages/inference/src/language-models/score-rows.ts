import type { TokenReader } from "../generation/rows/token-rows.ts";
import { crossEntropyOf, likeliest, rowsOfRun } from "./logits.ts";

/** A text of which some tokens are to be predicted. */
export interface ScoredRow {
  /** At most one more than the model reads at once. */
  readonly ids: Int32Array;
  /** 1 for a token that is to be predicted from those before it. */
  readonly predicted: Uint8Array;
}

/** What a model made of one text: see `DocumentScore`. */
export interface RowScore {
  readonly tokens: number;
  readonly loss: number;
  readonly right: number;
}

/**
 * Predicts the tokens that count of every row, in batches of like lengths.
 *
 * @returns One score per row, in their order.
 */
export async function scoreRows(
  reader: TokenReader,
  rows: readonly ScoredRow[],
  options: {
    readonly vocabularySize: number;
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
  },
): Promise<RowScore[]> {
  const scores = rows.map(() => ({ tokens: 0, loss: 0, right: 0 }));
  const order = [...rows.keys()].sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length);
  const atOnce = rowsOfRun(reader.maxLength, options.vocabularySize);
  for (let first = 0; first < order.length; first += atOnce) {
    const run = order.slice(first, first + atOnce);
    const scored = await reader.scoreAll(run.map((row) => rows[row]!.ids.subarray(0, -1)));
    for (const [place, row] of run.entries()) {
      const { ids, predicted } = rows[row]!;
      const score = scores[row]!;
      for (let at = 1; at < ids.length; at++) {
        if (predicted[at] !== 1) continue;
        const before = scored(place, at - 1);
        score.loss += crossEntropyOf(before, ids[at]!);
        if (likeliest(before) === ids[at]) score.right++;
        score.tokens++;
      }
    }
    options.onProgress?.(Math.min(first + atOnce, order.length), order.length);
  }
  return scores;
}
