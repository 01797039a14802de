import { ModelwrightError } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { withRowNumber } from "./row-number.ts";

test("a row is numbered from the first of the table, those with nothing to predict of included", () => {
  const details = { row: 2, column: "age", expected: "a number", got: '"old"' };
  const error = new ModelwrightError("FEATURES_VALUE_INVALID", details);
  const told = withRowNumber(error, { items: [undefined, {}, undefined, {}], before: 4096 });
  expect(told).toMatchObject({ code: "FEATURES_VALUE_INVALID", message: expect.stringContaining("row 4100: ") });
  const other = new Error("another");
  expect(withRowNumber(other, { items: [], before: 1 })).toBe(other);
});
