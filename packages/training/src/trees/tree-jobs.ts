import type { TeamJob } from "../threads/team-tickets.ts";
import { roundDerivatives } from "./exact-sums.ts";
import { fillHistogram, subtractHistogram, type TreeThread } from "./histograms.ts";
import { OBJECTIVES } from "./objectives.ts";
import { partitionBlock } from "./row-partition.ts";
import { searchColumn } from "./split-search.ts";
import { BLOCK, CHILD_NUMBERS, CHILD_WORDS, type TreeMemory } from "./tree-memory.ts";

/** Words of the job of histograms: how many children there are, then of each its slot, its first row and the one behind its last. */
export const CHILDREN = 0;
export const FIRST_CHILD = 1;

/** What one part of a job that the memory describes does. */
export const TREE_JOBS = {
  /** Derivatives of a block of rows, with their weights. */
  derivatives: (memory, part) => {
    const { rows, outputs, weights, gradients, hessians, greatest } = memory;
    const [start, end] = [part * BLOCK, Math.min((part + 1) * BLOCK, rows)];
    OBJECTIVES[memory.objective].derive(memory, start, end, memory.numbers);
    for (let output = 0; output < outputs; output++) {
      const first = output * rows;
      let [steepest, most] = [0, 0];
      for (let row = start; row < end; row++) {
        const weight = weights === undefined ? 1 : weights[row]!;
        const gradient = gradients[first + row]! * weight;
        const hessian = hessians[first + row]! * weight;
        gradients[first + row] = gradient;
        hessians[first + row] = hessian;
        if (gradient > steepest) steepest = gradient;
        else if (-gradient > steepest) steepest = -gradient;
        if (hessian > most) most = hessian;
      }
      greatest[2 * (part * outputs + output)] = steepest;
      greatest[2 * (part * outputs + output) + 1] = most;
    }
  },

  /** Pairs of a block of rows: the first word is the output, the numbers are the terms of rounding. */
  pairs: (thread, part) => {
    const { words, numbers, blockSums } = thread.job;
    const [start, end] = [part * BLOCK, Math.min((part + 1) * BLOCK, thread.rows)];
    const sums = roundDerivatives(thread, { output: words[0]!, start, end, terms: [numbers[0]!, numbers[1]!] });
    blockSums[2 * part] = sums.gradient;
    blockSums[2 * part + 1] = sums.hessian;
  },

  partition: partitionBlock,

  /** Histograms of one or two children over a column, and each child's best split by it. The second one's slot holds its parent's. */
  histograms: (thread, part) => {
    const { words, listed, allowed } = thread.job;
    const column = listed[part]!;
    const [children, slot, start, end] = [
      words[CHILDREN]!,
      words[FIRST_CHILD]!,
      words[FIRST_CHILD + 1]!,
      words[FIRST_CHILD + 2]!,
    ];
    fillHistogram(thread, column, { slot, start, end });
    if (children === 2) subtractHistogram(thread, column, words[FIRST_CHILD + CHILD_WORDS]!, slot);
    for (let child = 0; child < children; child++) {
      const at = FIRST_CHILD + child * CHILD_WORDS;
      if (allowed[child * thread.columns + column] === 0) continue;
      searchColumn(
        thread,
        { column, child, slot: words[at]! },
        searchedLeaf(thread, child, words[at + 2]! - words[at + 1]!),
      );
    }
  },
} as const satisfies Record<string, TeamJob<TreeThread>>;

export type TreeJobName = keyof typeof TREE_JOBS;

function searchedLeaf({ job }: TreeMemory, child: number, rows: number) {
  const [gradient, hessian, low, high, least] = job.numbers.subarray(
    child * CHILD_NUMBERS,
    (child + 1) * CHILD_NUMBERS,
  );
  return { gradient: gradient!, hessian: hessian!, rows, low: low!, high: high!, least: least! };
}
