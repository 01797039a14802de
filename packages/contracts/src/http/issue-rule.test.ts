import { expect, test } from "vitest";
import { z } from "zod";
import { checkHttpValue } from "./check-value.ts";

const rule = (schema: z.ZodType, value: unknown) => {
  const result = checkHttpValue(schema, value, "body");
  return "issue" in result ? result.issue.rule : undefined;
};

test.each<[z.ZodType, unknown, string]>([
  [z.string(), 1, "must be a string"],
  [z.number(), "1", "must be a number"],
  [z.int(), 1.5, "must be a whole number"],
  [z.boolean(), null, "must be true or false"],
  [z.array(z.string()), {}, "must be a list"],
  [z.object({}), [], "must be an object"],
  [z.date(), 1, "must be date"],
  [z.enum(["a", "b"]), "c", 'must be "a" or "b"'],
  [z.number().min(1), 0, "must be at least 1"],
  [z.number().gt(1), 1, "must be more than 1"],
  [z.number().max(1), 2, "must be at most 1"],
  [z.number().lt(1), 1, "must be less than 1"],
  [z.string().min(2), "a", "must have at least 2 characters"],
  [z.array(z.int()).max(1), [1, 2], "must have at most 1 elements"],
  [z.strictObject({}), { a: 1 }, "is not known here"],
  [z.union([z.string(), z.number(), z.string()]), null, "must be a string or a number"],
  [z.string().regex(/a/), "b", "must be as /openapi.json describes it"],
  [z.string({ error: "must be a name" }), 1, "must be a name"],
])("%# is refused in words of ours", (schema, value, words) => {
  expect(rule(schema, value)).toBe(words);
});
