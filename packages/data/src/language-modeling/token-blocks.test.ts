import { expect, test } from "vitest";
import { tokenBlocks } from "./token-blocks.ts";

test("joins documents, ends each, and cuts blocks that share an id", () => {
  const documents = [Int32Array.of(1, 2, 3), Int32Array.of(4), Int32Array.of(5, 6, 7)];
  // 1 2 3 0 4 0 5 6 7 0
  expect([...tokenBlocks({ documents, endOfTextId: 0, length: 4 })]).toEqual([1, 2, 3, 0, 4, 4, 0, 5, 6, 7]);
  expect([...tokenBlocks({ documents, endOfTextId: 0, length: 9 })]).toEqual([1, 2, 3, 0, 4, 0, 5, 6, 7, 0]);
  expect(tokenBlocks({ documents, endOfTextId: 0, length: 10 })).toHaveLength(0);
  expect(tokenBlocks({ documents: [], endOfTextId: 0, length: 10 })).toHaveLength(0);
});
