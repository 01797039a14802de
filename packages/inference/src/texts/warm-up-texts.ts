import type { TaskName } from "@modelwright/contracts";
import type { PreparedItems, WarmUp } from "../loaded-model.ts";

/** Runs short, middling and longest texts, alone and in a full batch: the first run of a shape allocates. */
export async function warmUpTexts(
  model: {
    prepare(texts: readonly string[]): PreparedItems<TaskName, unknown> | Promise<PreparedItems<TaskName, unknown>>;
  },
  { maxLength, maxBatch }: { readonly maxLength: number; readonly maxBatch: number },
): Promise<WarmUp> {
  const longest = "warm up ".repeat(maxLength);
  const run = async (text: string, rows = 1) => (await model.prepare(new Array<string>(rows).fill(text))).run();
  for (const length of [4, 32, longest.length]) {
    for (const rows of [1, maxBatch]) await run(longest.slice(0, length), rows);
  }
  const start = performance.now();
  await run(longest);
  return { longestItemMs: performance.now() - start };
}
