import { expect, test } from "vitest";
import { addedTokenSplitter } from "./added-tokens.ts";

const token = { id: 7, content: "<mask>", single_word: false, lstrip: false, rstrip: false, normalized: false };
const split = addedTokenSplitter([
  { ...token, special: true, lstrip: true },
  { ...token, special: false, id: 8, content: "the", single_word: true },
]);

test("takes white space and the borders of words into account, of characters beyond 16 bits too", () => {
  expect(split("a \u3000<mask>")).toEqual(["a", 7]);
  expect(split("𝒳the the the𝒳 🂡the🂡")).toEqual(["𝒳the ", 8, " the𝒳 🂡", 8, "🂡"]);
});

test.each([`${" ".repeat(200_000)}x<mask>`, "<mask> x ".repeat(40_000), "the, ".repeat(40_000)])(
  "takes a time linear in the length of a text",
  (text) => {
    const start = process.cpuUsage();
    split(text);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  },
);
