import { expect, test } from "vitest";
import { unfitRow } from "./table-model.ts";
import { TINY_COLUMNS } from "./tiny-table.ts";

test("what a row lacks is said in words that stand within a sentence, and without a place of its own", () => {
  const manifest = { preprocessing: { columns: TINY_COLUMNS } } as Parameters<typeof unfitRow>[1];
  expect(unfitRow({ amount: 1, kind: "a" }, manifest)).toBeUndefined();
  expect(unfitRow({ amount: 1 }, manifest)).toBe(
    'a row of the model\'s columns: has no column "kind"; it has "amount"',
  );
  expect(unfitRow({ amount: "much", kind: "a" }, manifest)).toBe(
    'a row of the model\'s columns: "amount" must be a number, got "much"',
  );
});
