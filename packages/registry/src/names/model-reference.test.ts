import fc from "fast-check";
import { expect, test } from "vitest";
import { parseModelReference } from "./model-reference.ts";

test.each([
  ["mail-triage", { kind: "default", name: "mail-triage" }],
  ["a.b_c-1@champion", { kind: "alias", name: "a.b_c-1", alias: "champion" }],
  ["a@latest", { kind: "latest", name: "a" }],
  ["a:12", { kind: "version", name: "a", version: 12 }],
])("%s", (reference, expected) => {
  expect(parseModelReference(reference)).toEqual(expected);
});

test("any other text is refused with a code, and no name leads out of a folder", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."a.@:/\\1-L") })), (reference) => {
      let name = "";
      try {
        name = parseModelReference(reference).name;
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^REGISTRY_(REFERENCE|NAME)_INVALID$/) });
        return;
      }
      expect(name).toMatch(/^[a-z0-9]/);
      expect(name).not.toMatch(/[/\\]/);
    }),
    { numRuns: 2000 },
  );
});
