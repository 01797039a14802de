import { expect, test } from "vitest";
import { sourceTargetRows } from "./source-target-rows.ts";

const END = 1;
const rows = sourceTargetRows({
  sources: [Int32Array.of(5, 6, 7, END), Int32Array.of(8, END), Int32Array.of(9, 9, 9, 9, 9, 9, 9, 9, END)],
  targets: [Int32Array.of(4, END), Int32Array.of(3, 2, 5, END), Int32Array.of(END)],
  padId: 0,
  startId: 7,
});

const numbers = (data: ArrayLike<number | bigint>) => Array.from(data, Number);

test("lays out sources, targets behind the start, and labels in which padding does not count", () => {
  const { input_ids, attention_mask, decoder_input_ids, labels } = rows.batch(Int32Array.of(1, 0));
  // Padded to multiples of eight, which fill vector registers.
  expect(input_ids!.shape).toEqual([2, 8]);
  expect(numbers(input_ids!.data)).toEqual([8, END, 0, 0, 0, 0, 0, 0, 5, 6, 7, END, 0, 0, 0, 0]);
  expect(numbers(attention_mask!.data)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
  expect(numbers(decoder_input_ids!.data)).toEqual([7, 3, 2, 5, 0, 0, 0, 0, 7, 4, 0, 0, 0, 0, 0, 0]);
  const ignored = Array<number>(4).fill(-100);
  expect(numbers(labels!.data)).toEqual([3, 2, 5, END, ...ignored, 4, END, -100, -100, ...ignored]);
});

test("weighs a batch by its labels, and puts rows together by the tokens of both sides", () => {
  expect(rows.rows).toBe(3);
  expect(rows.weight!(Int32Array.of(1, 0), {})).toBe(6);
  expect(numbers(rows.lengths!)).toEqual([6, 6, 10]);
  expect(rows.batch(Int32Array.of(2)).input_ids!.shape).toEqual([1, 16]);
});
