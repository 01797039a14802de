import { expect, test } from "vitest";
import { closestName } from "./closest-name.ts";

test.each([
  ["mail-trage", ["spam", "mail-triage"], "mail-triage"],
  ["MAIL-TRIAGE", ["mail-triage"], "mail-triage"],
  ["ab", ["abc", "ab", "a"], "ab"],
  ["intent", ["mail-triage"], undefined],
  ["champion", [], undefined],
])("%s among %j is %s", (name, known, expected) => {
  expect(closestName(name, known)).toBe(expected);
});
