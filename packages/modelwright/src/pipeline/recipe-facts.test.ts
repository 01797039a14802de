import { expect, test } from "vitest";
import { pathsOf, recipeFacts } from "./recipe-facts.ts";

test("what the writer set is told apart from what was left open, value by value", () => {
  const written = { name: "tickets", train: { epochs: 3 }, evaluate: { baselines: ["majority"] } };
  const resolved = { ...written, train: { epochs: 3, seed: 7 }, data: { limit: undefined } };
  expect(recipeFacts(resolved, pathsOf(written))).toEqual([
    { name: "name", value: "tickets", isDefault: false },
    { name: "train.epochs", value: "3", isDefault: false },
    { name: "train.seed", value: "7", isDefault: true },
    { name: "evaluate.baselines", value: "majority", isDefault: false },
    { name: "data.limit", value: "undefined", isDefault: true },
  ]);
  expect(recipeFacts({ a: 1 })).toEqual([{ name: "a", value: "1", isDefault: false }]);
});

test("a key may be any text", () => {
  expect(pathsOf(JSON.parse('{"__proto__": {"constructor": 1}}'))).toEqual(["__proto__.constructor"]);
});
