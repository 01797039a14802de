import { loadTokenizer, type TextTokenizer, trainTokenizer } from "@modelwright/data";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { TextStream } from "./text-stream.ts";

let bytes: TextTokenizer;
let words: TextTokenizer;
beforeAll(async () => {
  const texts = Array<string>(5).fill("one two three naïve 支付 😀");
  const shared = { texts, vocabularySize: 300, specialTokens: ["<|endoftext|>"] };
  bytes = loadTokenizer(await trainTokenizer({ kind: "byte-pair", ...shared }));
  words = loadTokenizer(
    await trainTokenizer({ kind: "word-piece", ...shared, specialTokens: ["[UNK]", "<|endoftext|>"] }),
  );
});

const parts = (stream: TextStream, ids: Iterable<number>) => {
  const given = Array.from(ids, (id) => stream.push(id));
  return [...given, stream.end()];
};

test("gives characters of several tokens whole", () => {
  const ids = bytes.encode("é🎉x", Number.POSITIVE_INFINITY);
  expect(ids.length).toBeGreaterThan(3);
  expect(parts(new TextStream(bytes, []), ids).filter(Boolean)).toEqual(["é", "🎉", "x"]);
});

test("gives the text of all tokens, in parts that never end within a character", () => {
  const text = fc.string({ unit: "binary", maxLength: 20 }).filter((each) => !each.includes("\ufffd"));
  fc.assert(
    fc.property(text, (written) => {
      const ids = bytes.encode(written, Number.POSITIVE_INFINITY);
      const given = parts(new TextStream(bytes, []), ids);
      expect(given.join("")).toBe(written);
      for (const part of given) expect(part).not.toContain("\ufffd");
    }),
  );
});

test("gives a character whole that the prompt began, wherever it is cut", () => {
  const ids = [...bytes.encode("x🎉é 支付😀y", Number.POSITIVE_INFINITY)];
  for (let at = 0; at <= ids.length; at++) {
    const before = bytes.decode(ids.slice(0, at)).replace(/\ufffd+$/, "");
    const given = parts(new TextStream(bytes, ids.slice(0, at)), ids.slice(at));
    expect(before + given.join("")).toBe("x🎉é 支付😀y");
    for (const part of given) expect(part).not.toContain("\ufffd");
  }
});

test("gives what follows a prompt that never becomes whole", () => {
  const [first] = bytes.encode("🎉", Number.POSITIVE_INFINITY);
  const ids = bytes.encode("xy", Number.POSITIVE_INFINITY);
  expect(parts(new TextStream(bytes, [first!]), ids).join("")).toBe("xy");
});

test("gives bytes that are no character too", () => {
  const [first] = bytes.encode("🎉", Number.POSITIVE_INFINITY);
  const ids = Array<number>(40).fill(first!);
  expect(parts(new TextStream(bytes, []), ids).join("")).toBe(bytes.decode(ids));
});

test("tells tokens that begin a word from others by what stands before them", () => {
  const [before, ...ids] = words.encode("one two three", Number.POSITIVE_INFINITY);
  expect(parts(new TextStream(words, [before!]), ids).join("")).toBe(" two three");
});
