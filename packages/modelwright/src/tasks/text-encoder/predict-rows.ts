import type { TextItem } from "@modelwright/contracts";
import { itemsOf, type TextOfRow } from "./text-rows.ts";

/** Texts that are held as token ids at once. */
const CHUNK = 512;

/**
 * What a model gives for the texts of rows.
 *
 * @param options.onAnswer Gets the answer of each row, in their order.
 */
export async function predictRows<Raw>(
  model: { prepare(items: readonly TextItem[]): { run(): Promise<readonly Raw[]> } },
  rows: readonly TextOfRow[],
  options: {
    readonly onAnswer: (row: number, answer: Raw) => void;
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
  },
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    const answers = await model.prepare(itemsOf(rows.slice(start, start + CHUNK))).run();
    answers.forEach((answer, i) => {
      options.onAnswer(start + i, answer);
    });
    options.onProgress?.(start + answers.length, rows.length);
  }
}
