import { expect, test } from "vitest";
import { labelHints } from "./label-hints.ts";

test.each<[string, string[], RegExp | undefined]>([
  ["stars", ["1", "2", "3", "4", "5"], /^the 5 labels are numbers.*text-regression/],
  ["prices", ["1.5", "-2", "3e1"], /^the 3 labels are numbers.*text-regression/],
  ["yes and no", ["0", "1"], undefined],
  ["codes", ["1", "2", "3a"], undefined],
  ["combinations", ["a", "b", "a|b", "b|c"], /^labels such as "a\|b" look like several.*multi-label-classification/],
  ["combinations with semicolons", ["food;drink", "drink; sport", "food"], /multi-label-classification/],
  ["names that have a separator", ["food|drink", "sport|travel", "art"], undefined],
  ["one name with a separator", ["a;b", ...Array.from({ length: 20 }, (_, i) => `label ${i}`)], undefined],
  ["words", ["spam", "ham", "__proto__"], undefined],
])("%s", (_, labels, hint) => {
  expect(labelHints(labels)).toEqual(hint === undefined ? [] : [expect.stringMatching(hint)]);
});
