import { BLOCK, type TreeMemory } from "./tree-memory.ts";

/** Words of the job: the column, and the rows of the order that are split by it. */
const COLUMN = 0;
const START = 1;
const END = 2;

/** Describes the job that splits rows of the order, `start` to `end`, by a column; returns its parts. */
export function beginPartition({ job }: TreeMemory, column: number, start: number, end: number): number {
  job.words[COLUMN] = column;
  job.words[START] = start;
  job.words[END] = end;
  return Math.ceil((end - start) / BLOCK);
}

/** Splits a block: its rows that go left to its start, the others aside, both in their order. */
export function partitionBlock({ job, codes, order, rows }: TreeMemory, part: number): void {
  const { words, goesLeft, leftRows, rightRows } = job;
  const start = words[START]! + part * BLOCK;
  const end = Math.min(start + BLOCK, words[END]!);
  const first = words[COLUMN]! * rows;
  let [left, right] = [start, start];
  for (let at = start; at < end; at++) {
    const row = order[at]!;
    const isLeft = goesLeft[codes[first + row]!]!;
    // Both are written and one counts: no branch that a processor would have to guess.
    order[left] = row;
    rightRows[right] = row;
    left += isLeft;
    right += 1 - isLeft;
  }
  leftRows[part] = left - start;
}

/** Brings together what the blocks made; returns where the right side begins. */
export function endPartition({ job, order }: TreeMemory): number {
  const { words, leftRows, rightRows } = job;
  const [start, end] = [words[START]!, words[END]!];
  let border = start;
  for (let block = start; block < end; block += BLOCK) {
    const count = leftRows[(block - start) / BLOCK]!;
    order.copyWithin(border, block, block + count);
    border += count;
  }
  let place = border;
  for (let block = start; block < end; block += BLOCK) {
    const count = Math.min(BLOCK, end - block) - leftRows[(block - start) / BLOCK]!;
    order.set(rightRows.subarray(block, block + count), place);
    place += count;
  }
  return border;
}
