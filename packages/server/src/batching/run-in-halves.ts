import { FailedItem } from "@modelwright/inference";
import { ItemEndedWorker } from "./quarantine.ts";

export interface RunInHalvesOptions<Item, Answer> {
  /** Runs items alone in a worker. */
  readonly run: (items: readonly Item[]) => Promise<readonly (Answer | FailedItem)[]>;
  /** Whether an error is that the worker died under the items. */
  readonly isDeath: (error: unknown) => boolean;
}

/**
 * Runs again the items of a batch whose worker died, each half alone in a worker, and the halves of a half that ends
 * its worker too, down to the item that does it. Everything else is answered; so is all of it if the first death had
 * another reason, such as too large a batch for the memory. A batch of n items with one that kills ends
 * log2(n) + 1 workers more, one after the other.
 *
 * @returns The answers in the order of the items, a `FailedItem` with an `ItemEndedWorker` for one that kills.
 */
export async function runInHalves<Item, Answer>(
  items: readonly Item[],
  options: RunInHalvesOptions<Item, Answer>,
): Promise<readonly (Answer | FailedItem)[]> {
  const middle = Math.ceil(items.length / 2);
  const answers: (Answer | FailedItem)[] = [];
  for (const half of [items.slice(0, middle), items.slice(middle)]) {
    if (half.length > 0) answers.push(...(await runOrHalve(half, options)));
  }
  return answers;
}

async function runOrHalve<Item, Answer>(
  items: readonly Item[],
  options: RunInHalvesOptions<Item, Answer>,
): Promise<readonly (Answer | FailedItem)[]> {
  try {
    return await options.run(items);
  } catch (error) {
    if (!options.isDeath(error)) throw error;
    if (items.length > 1) return runInHalves(items, options);
    const problem = error instanceof Error ? error.message : String(error);
    return [new FailedItem(new ItemEndedWorker(problem, { cause: error }))];
  }
}
