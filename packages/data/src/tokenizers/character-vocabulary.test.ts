import { expect, test } from "vitest";
import { characterVocabulary } from "./character-vocabulary.ts";

test("frequent characters come first, ties in Unicode order; unknown ones share id 1", () => {
  const vocabulary = characterVocabulary(["bab", "c💡b"]);
  expect(vocabulary.characters).toEqual(["b", "a", "c", "💡"]);
  expect(vocabulary.size).toBe(6);
  expect(vocabulary.encode("💡bx")).toEqual(Int32Array.of(5, 2, 1));
});

test("rare characters are left out", () => {
  const vocabulary = characterVocabulary(["aab"], { minCount: 2 });
  expect([vocabulary.size, vocabulary.encode("ab")]).toEqual([3, Int32Array.of(2, 1)]);
});
