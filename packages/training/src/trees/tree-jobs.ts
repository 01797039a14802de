import { fillHistograms, subtractHistograms } from "./histograms.ts";
import { OBJECTIVES } from "./objectives.ts";
import { searchColumn } from "./split-search.ts";
import { BLOCK, CHILD_NUMBERS, CHILD_WORDS, type TreeMemory } from "./tree-memory.ts";

/** Words of a job: how many children it has, then of each its slot, its first and last row, and whether it may be split. */
export const CHILDREN = 0;
export const FIRST_CHILD = 2;

/** Does one part of the job that the memory describes. Parts write to places of their own, and none depends on who does it. */
export type TreeJob = (memory: TreeMemory, part: number) => void;

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
        const [gradient, hessian] = [gradients[first + row]! * weight, hessians[first + row]! * weight];
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

  /** Histograms of one or two children over a group of columns, and each child's best split by them. The second one's slot holds its parent's. */
  histograms: (memory, part) => {
    const { words, groups, listed, allowed } = memory.job;
    const columns = listed.subarray(groups[part]!, groups[part + 1]!);
    const children = words[CHILDREN]!;
    fillHistograms(memory, columns, {
      slot: words[FIRST_CHILD]!,
      start: words[FIRST_CHILD + 1]!,
      end: words[FIRST_CHILD + 2]!,
    });
    if (children === 2) subtractHistograms(memory, columns, words[FIRST_CHILD + CHILD_WORDS]!, words[FIRST_CHILD]!);
    for (let child = 0; child < children; child++) {
      const at = FIRST_CHILD + child * CHILD_WORDS;
      if (words[at + 3] === 0) continue;
      const leaf = searchedLeaf(memory, child, words[at + 2]! - words[at + 1]!);
      for (const column of columns) {
        if (allowed[child * memory.columns + column] === 1) searchColumn(memory, column, child, words[at]!, leaf);
      }
    }
  },
} as const satisfies Record<string, TreeJob>;

export type TreeJobName = keyof typeof TREE_JOBS;

function searchedLeaf({ job }: TreeMemory, child: number, rows: number) {
  const [gradient, hessian, low, high, least] = job.numbers.subarray(
    child * CHILD_NUMBERS,
    (child + 1) * CHILD_NUMBERS,
  );
  return { gradient: gradient!, hessian: hessian!, rows, low: low!, high: high!, least: least! };
}
