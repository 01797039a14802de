import { type HistogramKernels, openHistogramKernels } from "./histogram-kernels.ts";
import type { TreeMemory } from "./tree-memory.ts";

/** What one thread works with: the shared memory, and its own instance of the kernels. */
export interface TreeThread extends TreeMemory {
  readonly compute: HistogramKernels;
}

export function openTreeThread(memory: TreeMemory): TreeThread {
  return { ...memory, compute: openHistogramKernels(memory.kernels.module, memory.kernels.memory) };
}

/** Makes the histogram of a column of the rows of the order from `start` to `end`. */
export function fillHistogram(
  { sums, counts, order, codes, pairs, rows, compute, ...thread }: TreeThread,
  column: number,
  { slot, start, end }: { readonly slot: number; readonly start: number; readonly end: number },
): void {
  const { first, last } = binsOf(thread, column, slot);
  compute.clear(sums.byteOffset + 16 * first, 16 * (last - first));
  compute.clear(counts.byteOffset + 4 * first, 4 * (last - first));
  compute.add(
    {
      codes: codes.byteOffset + column * rows,
      sums: sums.byteOffset + 16 * first,
      counts: counts.byteOffset + 4 * first,
    },
    { start: order.byteOffset + 4 * start, end: order.byteOffset + 4 * end, pairs: pairs.byteOffset },
  );
}

/** Makes a sibling's histogram from its parent's, in its place; sums are exact, so that nothing is lost. */
export function subtractHistogram(thread: TreeThread, column: number, from: number, slot: number): void {
  const { sums, counts, compute } = thread;
  const addressOf = (bin: number) => ({ sums: sums.byteOffset + 16 * bin, counts: counts.byteOffset + 4 * bin });
  const { first, last } = binsOf(thread, column, from);
  compute.subtract(addressOf(first), addressOf(binsOf(thread, column, slot).first), addressOf(last).sums);
}

/** The first bin of a column in a slot, and the one behind its last. */
function binsOf({ firstBin, columns }: Pick<TreeMemory, "firstBin" | "columns">, column: number, slot: number) {
  const start = slot * firstBin[columns]!;
  return { first: start + firstBin[column]!, last: start + firstBin[column + 1]! };
}
