import fc from "fast-check";
import { expect, test } from "vitest";
import { hasTags, readTag, tagTexts } from "./tags.ts";

test("a tag is asked for by name, or by name and value", () => {
  const tags = { 团队: "客服=1", reviewed: "" };
  const cases: readonly (readonly [readonly string[], boolean])[] = [
    [[], true],
    [["团队"], true],
    [["团队=客服=1", "reviewed"], true],
    [["reviewed="], true],
    [["团队=客服"], false],
    [["团队="], false],
    [["团队", "team"], false],
    [["constructor"], false],
  ];
  for (const [wanted, has] of cases) expect(hasTags(tags, wanted), wanted.join()).toBe(has);
  expect(hasTags(undefined, ["team"])).toBe(false);
});

test("what is shown of a tag is what one writes for it", () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !text.includes("="));
  fc.assert(
    fc.property(name, fc.string(), (name, value) => {
      const [text] = tagTexts({ [name]: value });
      const read = readTag(text!);
      expect([read.name, read.value ?? ""]).toEqual([name, value]);
    }),
  );
});
