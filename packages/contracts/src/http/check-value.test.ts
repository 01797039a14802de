import { expect, test } from "vitest";
import { z } from "zod";
import { checkHttpValue, openApiSchema, showHttpValue } from "./check-value.ts";

const schema = z.strictObject({ list: z.array(z.strictObject({ n: z.int().max(3) })), name: z.string().default("x") });

test.each<[unknown, { path: string; rule: string; got: string }]>([
  [{ list: [{ n: 9 }] }, { path: "list[0].n", rule: "must be at most 3", got: "9" }],
  [{ list: [{ n: 1, m: 2 }] }, { path: "list[0].m", rule: "is not known here", got: "2" }],
  [{ list: 1 }, { path: "list", rule: "must be a list", got: "1" }],
  [7, { path: "body", rule: "must be an object", got: "7" }],
  [{}, { path: "list", rule: "must be a list", got: "nothing" }],
])("%j is refused with path, rule and value", (value, issue) => {
  expect(checkHttpValue(schema, value, "body")).toEqual({ issue });
});

test("what is right is given back with its defaults", () => {
  expect(checkHttpValue(schema, { list: [] }, "body")).toEqual({ value: { list: [], name: "x" } });
});

test.each([
  [undefined, "nothing"],
  ["x".repeat(200), `"${"x".repeat(76)}...`],
  [[[[["deep"]]]], '[[["..."]]]'],
  [Array.from({ length: 20 }, (_, i) => i), "[0,1,2,3,4,5,6,7]"],
  [{ a: { b: { c: { d: 1 } } } }, '{"a":{"b":{"c":"..."}}}'],
])("a value is shown short: %#", (value, shown) => {
  expect(showHttpValue(value)).toBe(shown);
});

test("a schema describes itself without the address of its dialect", () => {
  expect(openApiSchema(z.string(), "input")).toEqual({ type: "string" });
});
