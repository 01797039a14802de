import { expect, test } from "vitest";
import { bytePairModel } from "./byte-pair-model.ts";
import { wordPieceModel } from "./word-piece-model.ts";

/** As many tokens as the vocabularies of Qwen have. */
const LARGE = new Map(Array.from({ length: 151_643 }, (_, id) => [`t${id}`, id] as const));

test("a vocabulary may have more tokens than a call may have arguments", () => {
  const unknown = { vocabulary: LARGE, unknownId: 0, prefix: "" };
  expect(wordPieceModel({ ...unknown, maxCharacters: 100 })("t7")).toEqual([7]);
  expect(() => bytePairModel({ ...unknown, merges: [] } as never)).not.toThrow();
});
