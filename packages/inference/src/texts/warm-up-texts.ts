import type { TaskName } from "@modelwright/contracts";
import type { PreparedItems } from "../loaded-model.ts";

/** Runs short, middling and longest texts, alone and in a full batch: the first run of a shape allocates. */
export async function warmUpTexts(
  model: { prepare(texts: readonly string[]): PreparedItems<TaskName, unknown> },
  { maxLength, maxBatch }: { readonly maxLength: number; readonly maxBatch: number },
): Promise<void> {
  const text = "warm up ".repeat(maxLength);
  for (const length of [4, 32, text.length]) {
    for (const rows of [1, maxBatch]) await model.prepare(new Array<string>(rows).fill(text.slice(0, length))).run();
  }
}
