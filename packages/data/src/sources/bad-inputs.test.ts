import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { utils, write } from "@e965/xlsx";
import { ModelwrightError } from "@modelwright/contracts";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRows } from "../roles/read-rows.ts";
import { openTable } from "./open-table.ts";
import type { TableOptions } from "./table-options.ts";

const fixture = (path: string) => readFile(fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url)));
const ZSTD = JSON.parse(String(await fixture("zstd/zstd.json"))) as Readonly<Record<string, string>>;
const zstd = (name: string) => Buffer.from(ZSTD[name]!, "base64");
const cut = (bytes: Buffer, share = 0.6) => bytes.subarray(0, bytes.length * share);
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const GIGABYTES = 10 * 2 ** 30;
const LONG = "x".repeat(2 ** 20);

function workbook(sheets: Readonly<Record<string, readonly (readonly unknown[])[]>>): Buffer {
  const book = utils.book_new();
  for (const [title, rows] of Object.entries(sheets))
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows as unknown[][]), title);
  return write(book, { type: "buffer", bookType: "xlsx" }) as Buffer;
}

/** A workbook whose directory says that one of its entries becomes 4 GiB. */
function bomb(): Buffer {
  const bytes = Buffer.from(workbook({ Rows: [["a"], [1]] }));
  bytes.writeUInt32LE(0xffff_fff0, bytes.indexOf(Buffer.from("504b0102", "hex")) + 24);
  return bytes;
}

/** A compressed file with another check sum than its content has. */
function withoutSum(): Buffer {
  const bytes = gzipSync("text\na\n");
  bytes.subarray(-8, -4).fill(0);
  return bytes;
}

/** What is wrong, how it is said, and where. */
interface BadInput {
  /** Default: the text or bytes of the file are all there is. */
  readonly make?: (path: string) => Promise<unknown>;
  readonly content?: string | Buffer | (() => Buffer | Promise<Buffer>);
  /** Default: the file. */
  readonly source?: string;
  readonly options?: Partial<TableOptions>;
  readonly code: string;
  /** Part of the message: the file, the line where there is one, and the rule. */
  readonly says: string | RegExp;
  /** Not where the rights of the user let everything pass. */
  readonly unlessRoot?: boolean;
}

/** A file of so many bytes, of which only the first lie on the disk. */
const sparse = (start: string | Buffer) => async (path: string) => {
  await writeFile(path, start);
  await truncate(path, GIGABYTES);
};

const BAD_INPUTS: Readonly<Record<string, BadInput>> = {
  // Bytes that are no text.
  "zero.csv": { content: "text,label\na\u0000,b\n", code: "DATA_ENCODING_UNREADABLE", says: "zero.csv:2: a zero byte" },
  "picture.csv": {
    content: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
    code: "DATA_ENCODING_UNREADABLE",
    says: "picture.csv:",
  },
  "archive.csv": {
    content: () => workbook({ S: [["a"]] }),
    code: "DATA_ENCODING_UNREADABLE",
    says: "this is a binary file",
  },
  "utf-32.csv": {
    content: Buffer.from("fffe000074000000650000000a000000", "hex"),
    code: "DATA_ENCODING_UNREADABLE",
    says: "utf-32.csv:1: a zero byte",
  },
  "utf-16-zeros.csv": {
    content: Buffer.from("\ufefftext,label\na\u0000,b\n", "utf16le"),
    code: "DATA_ENCODING_UNREADABLE",
    says: "utf-16-zeros.csv:2",
  },
  "named.csv": { content: "a\n1\n", options: { encoding: "utf-9" }, code: "DATA_ENCODING_UNKNOWN", says: '"utf-9"' },
  "zero.jsonl": {
    content: '{"text":"plain"}\n{"text":"a\u0000b"}\n',
    code: "DATA_ENCODING_UNREADABLE",
    says: "zero.jsonl:2",
  },
  // Nothing in them.
  "none.csv": { content: "", code: "DATA_EMPTY", says: "none.csv: the file is empty" },
  "mark.csv": { content: "\ufeff", code: "DATA_EMPTY", says: "mark.csv: the file is empty" },
  "blank.tsv": { content: "\r\n \r\n", code: "DATA_EMPTY", says: "blank.tsv" },
  "none.json": { content: "", code: "DATA_EMPTY", says: "none.json" },
  "list.json": { content: "[]", code: "DATA_EMPTY", says: "list.json" },
  "none.jsonl": { content: "\n\n", code: "DATA_EMPTY", says: "none.jsonl" },
  "none.csv.gz": { content: gzipSync(""), code: "DATA_EMPTY", says: "none.csv.gz" },
  "none.csv.zst": { content: "", code: "DATA_EMPTY", says: "none.csv.zst" },
  "none.parquet": { content: "", code: "DATA_FILE_DAMAGED", says: "none.parquet" },
  "none.xlsx": { content: "", code: "DATA_EMPTY", says: "none.xlsx" },
  "none.feather": { content: "", code: "DATA_EMPTY", says: "none.feather" },
  "sheet.xlsx": { content: () => workbook({ S: [] }), code: "DATA_EMPTY", says: "sheet.xlsx: no sheet has a value" },
  // Rows that break their format.
  "more.csv": {
    content: "text,b\n1,2\n1,2,3\n",
    code: "DATA_ROW_MALFORMED",
    says: "more.csv:3: the row has 3 cells, the header has 2",
  },
  "fewer.csv": { content: "text,b\n1,2\n\n1\n", code: "DATA_ROW_MALFORMED", says: "fewer.csv:4: the row has 1 cell" },
  "open.csv": {
    content: 'text,b\n1,2\n"never,3\n',
    code: "DATA_ROW_MALFORMED",
    says: "open.csv:3: a quoted cell is opened and never closed",
  },
  "behind.csv": {
    content: 'text,b\n1,2\n"x" y "z, w" v,"q,\n',
    code: "DATA_ROW_MALFORMED",
    says: "behind.csv:3: a quoted cell",
  },
  "other.csv": { content: "a,b\n1,2\n", code: "DATA_COLUMN_MISSING", says: 'other.csv: no column "text" for text' },
  "twice.csv": {
    content: "text,label,text\na,b,c\n",
    code: "DATA_COLUMN_REPEATED",
    says: 'twice.csv:1: the header names the column "text" more than once',
  },
  "number.jsonl": { content: '{"text":"a"}\n{"text":5}\n', code: "DATA_VALUE_TYPE", says: "number.jsonl:2" },
  "list.jsonl": {
    content: '{"text":"a"}\n["a"]\n',
    code: "DATA_ROW_MALFORMED",
    says: "list.jsonl:2: a JSON object is needed, got a list",
  },
  "cut.jsonl": { content: '{"text":"a"}\n{"text":"b', code: "DATA_ROW_MALFORMED", says: "cut.jsonl:2: not valid JSON" },
  "cut.json": {
    content: '[{"text":"a"},\n{"text":"b"',
    code: "DATA_ROW_MALFORMED",
    says: "cut.json:2: not valid JSON: the file ends within a value",
  },
  "behind.json": {
    content: '[{"text":"a"}]\nx',
    code: "DATA_ROW_MALFORMED",
    says: "behind.json:2: not valid JSON: something stands behind",
  },
  "nan.json": {
    content: '[{"text":"a"},\n{"text":NaN}]',
    code: "DATA_ROW_MALFORMED",
    says: /nan\.json:2: .*NaN is no JSON: write null/,
  },
  "value.json": {
    content: "17",
    code: "DATA_LAYOUT_UNKNOWN",
    says: "value.json: a list of objects is needed, one per row; it is a single value",
  },
  "two.json": {
    content: '{"a":[{"x":1}],"b":[{"x":1}]}',
    code: "DATA_LAYOUT_UNKNOWN",
    says: 'several lists of objects, "a" and "b"',
  },
  "uneven.json": {
    content: '{"a":[1,2],"b":[1]}',
    code: "DATA_ROW_MALFORMED",
    says: 'uneven.json:1: the column "b" has 1 values',
  },
  "deep.json": {
    content: `[{"a":1},\n{"a":${nested(100_000)}}]`,
    code: "DATA_ROW_MALFORMED",
    says: "deep.json:2: lists and objects lie more than 1000 deep",
  },
  "deep.jsonl": {
    content: `{"text":"a"}\n{"a":${nested(100_000)}}\n`,
    code: "DATA_ROW_MALFORMED",
    says: "deep.jsonl:2: lists and objects lie more than 1000 deep",
  },
  "tag.conll": { content: "Paris B-LOC\nis\n", code: "DATA_TAG_MISSING", says: "tag.conll:2" },
  // Larger than anything that is meant.
  "line.jsonl": {
    make: (path) => writeParts(path, LONG, 200),
    code: "DATA_TOO_LARGE",
    says: "line.jsonl:1: a row of more than 64 million characters",
  },
  "quote.csv": {
    make: (path) => writeParts(path, `text,b\n1,"${LONG}\n`, 80),
    code: "DATA_TOO_LARGE",
    says: "quote.csv:2: a row of more than 64 million characters",
  },
  "value.json.gz": {
    make: (path) => writeFile(path, gzipSync(`[{"a":"${LONG.repeat(70)}`)),
    code: "DATA_TOO_LARGE",
    says: "value.json.gz: the file becomes more than 250 times",
  },
  "sparse.csv": { make: sparse(""), code: "DATA_ENCODING_UNREADABLE", says: "sparse.csv:1: a zero byte" },
  "sparse-rows.csv": {
    make: sparse("text,label\na,b\n"),
    code: "DATA_ENCODING_UNREADABLE",
    says: "sparse-rows.csv:3: a zero byte",
  },
  "sparse-utf-16.csv": {
    make: sparse(Buffer.from("\ufefftext,label\na,b\n", "utf16le")),
    code: "DATA_ENCODING_UNREADABLE",
    says: "sparse-utf-16.csv:3",
  },
  "sparse.json": { make: sparse("["), code: "DATA_ENCODING_UNREADABLE", says: "sparse.json:1" },
  "sparse.xlsx": {
    make: sparse("PK\u0003\u0004"),
    code: "DATA_TOO_LARGE",
    says: "sparse.xlsx: a spreadsheet is read into memory at once",
  },
  "sparse.parquet": { make: sparse("PAR1"), code: "DATA_FILE_DAMAGED", says: "sparse.parquet" },
  "sparse.arrow": { make: sparse("ARROW1"), code: "DATA_FILE_DAMAGED", says: "sparse.arrow" },
  "sparse.csv.gz": {
    make: sparse(gzipSync("a\n1\n").subarray(0, 12)),
    code: "DATA_FILE_DAMAGED",
    says: "sparse.csv.gz",
  },
  "bomb.csv.gz": {
    content: () => gzipSync(Buffer.alloc(3 * 2 ** 24, "a,b\n")),
    code: "DATA_TOO_LARGE",
    says: "bomb.csv.gz: the file becomes more than 250 times",
  },
  "bomb.csv.zst": {
    content: zstd("bomb"),
    code: "DATA_TOO_LARGE",
    says: "bomb.csv.zst: the file becomes more than 250 times",
  },
  "bomb.xlsx": { content: bomb, code: "DATA_TOO_LARGE", says: /bomb\.xlsx: .*4096 MiB when it is unpacked/ },
  // Cut off, damaged, or something else than the name says.
  "cut.csv.gz": { content: cut(gzipSync("text,label\na,b\n")), code: "DATA_FILE_DAMAGED", says: "cut.csv.gz" },
  "sum.csv.gz": { content: withoutSum, code: "DATA_FILE_DAMAGED", says: "sum.csv.gz" },
  "text.csv.gz": { content: "text,label\na,b\n", code: "DATA_FILE_DAMAGED", says: "text.csv.gz" },
  "cut.csv.zst": { content: cut(zstd("one")), code: "DATA_FILE_DAMAGED", says: "cut.csv.zst" },
  "text.csv.zst": { content: "text,label\na,b\n", code: "DATA_FILE_DAMAGED", says: "text.csv.zst" },
  "cut.parquet": {
    content: async () => cut(await fixture("parquet/types.parquet")),
    code: "DATA_FILE_DAMAGED",
    says: "cut.parquet",
  },
  "text.parquet": { content: "text,label\na,b\n", code: "DATA_FILE_DAMAGED", says: "text.parquet" },
  "cut.feather": {
    content: async () => cut(await fixture("arrow/lz4.feather")),
    code: "DATA_FILE_DAMAGED",
    says: "cut.feather",
  },
  "cut.arrow": {
    content: async () => cut(await fixture("arrow/stream.arrow")),
    code: "DATA_FILE_DAMAGED",
    says: "cut.arrow",
  },
  "text.xlsx": { content: "text,label\na,b\n", code: "DATA_FILE_DAMAGED", says: "text.xlsx" },
  "cut.xlsx": { content: () => cut(workbook({ S: [["a"], [1]] })), code: "DATA_FILE_DAMAGED", says: "cut.xlsx" },
  "page.xls": { content: "<html><body>Please sign in</body></html>", code: "DATA_FILE_DAMAGED", says: "page.xls" },
  "protected.xlsx": {
    content: () => fixture("spreadsheets/protected.xlsx"),
    code: "DATA_FILE_ENCRYPTED",
    says: "protected.xlsx: the file is protected by a password",
  },
  "sheets.xlsx": {
    content: () => workbook({ One: [["a"], [1]], Two: [["a"], [1]] }),
    code: "DATA_SHEET_UNKNOWN",
    says: 'sheets.xlsx: the file has several sheets, "One" and "Two"',
  },
  "gone.xlsx": {
    content: () => workbook({ One: [["a"], [1]] }),
    source: "gone.xlsx#Two",
    code: "DATA_SHEET_UNKNOWN",
    says: 'gone.xlsx: no sheet "Two"',
  },
  "text.db": {
    content: "text".repeat(500),
    source: "sqlite:text.db?table=a",
    code: "DATA_FILE_DAMAGED",
    says: "text.db",
  },
  "cut.db": { make: cutDatabase, source: "sqlite:cut.db?table=n", code: "DATA_FILE_DAMAGED", says: "cut.db" },
  // No file, or none that may be read.
  "absent.csv": { make: async () => {}, code: "DATA_SOURCE_NOT_FOUND", says: "absent.csv" },
  "folder.csv": { make: (path) => mkdir(path), code: "DATA_EMPTY", says: "folder.csv" },
  "loop.csv": { make: (path) => symlink("loop.csv", path), code: "DATA_SOURCE_NOT_FOUND", says: "loop.csv" },
  "dangling.csv": { make: (path) => symlink("nowhere", path), code: "DATA_SOURCE_NOT_FOUND", says: "dangling.csv" },
  "device.csv": { make: (path) => symlink("/dev/zero", path), code: "DATA_SOURCE_NOT_FILE", says: "device.csv" },
  "forbidden.csv": {
    make: (path) => writeFile(path, "a\n1\n", { mode: 0 }),
    code: "DATA_SOURCE_NOT_FOUND",
    says: "forbidden.csv",
    unlessRoot: true,
  },
  [`${"long".repeat(100)}.csv`]: { make: async () => {}, code: "DATA_SOURCE_NOT_FOUND", says: "longlong" },
  "zero-in-name.csv": { make: async () => {}, source: "zero\u0000.csv", code: "DATA_SOURCE_NOT_FOUND", says: "zero" },
  "report.pdf": {
    content: "%PDF-1.7",
    code: "DATA_FORMAT_UNKNOWN",
    says: 'report.pdf: extension ".pdf" tells no format',
  },
  "rows.tar.gz": { content: gzipSync("x"), code: "DATA_FORMAT_UNKNOWN", says: 'extension ".tar"' },
  shards: {
    make: shards,
    source: "shards/*.csv",
    code: "DATA_COLUMNS_DIFFER",
    says: 'b.csv: other columns than a.csv has: no "label"',
  },
  "no-shards": {
    make: async () => {},
    source: "no-shards/*.csv",
    code: "DATA_SOURCE_NOT_FOUND",
    says: "no-shards/*.csv",
  },
  // Databases and servers.
  "no-table.db": {
    make: cutDatabase,
    source: "sqlite:no-table.db?table=gone",
    code: "DATA_QUERY_FAILED",
    says: "no such table: gone",
  },
  variable: {
    make: async () => {},
    source: `postgres://me:\${NO_SUCH_VARIABLE}@host/shop`,
    code: "DATA_VARIABLE_MISSING",
    says: "postgres://host/shop: the variable NO_SUCH_VARIABLE",
  },
  unknown: {
    make: async () => {},
    source: "mysql://me:secret@host/shop",
    code: "DATA_SCHEME_UNKNOWN",
    says: "mysql://host/shop",
  },
  refused: {
    make: async () => {},
    source: "postgres://me:secret@127.0.0.1:9/shop?table=t",
    code: "DATA_SOURCE_FAILED",
    says: "postgres://127.0.0.1:9/shop: connect ECONNREFUSED",
  },
};

async function writeParts(path: string, part: string, count: number): Promise<void> {
  await writeFile(path, part);
  for (let i = 1; i < count; i++) await appendFile(path, LONG);
}

async function cutDatabase(path: string): Promise<void> {
  const database = new Libsql(path);
  database.exec(
    "CREATE TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5000) SELECT i FROM c",
  );
  database.close();
  if (path.endsWith("cut.db")) await truncate(path, 12_000);
}

async function shards(path: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, "a.csv"), "text,label\na,b\n");
  await writeFile(join(path, "b.csv"), "text\na\n");
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-bad-inputs-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(source: string, options: Partial<TableOptions> = {}): Promise<unknown> {
  try {
    const table = await openTable(source, { baseDir: folder, wanted: ["text"], ...options });
    return await readRows(table, { required: ["text"], columns: { text: "text" } });
  } catch (error) {
    return error;
  }
}

function expectAnswer(error: unknown, { code, says }: Pick<BadInput, "code" | "says">): void {
  expect(error).toBeInstanceOf(ModelwrightError);
  const { code: got, message, remedy } = error as ModelwrightError;
  expect({ code: got, message }).toEqual({
    code,
    message: typeof says === "string" ? expect.stringContaining(says) : expect.stringMatching(says),
  });
  expect(message).not.toContain("secret");
  expect(remedy.length).toBeGreaterThan(10);
}

test("there are sixty and more", () => {
  expect(Object.keys(BAD_INPUTS).length).toBeGreaterThan(60);
});

const isRoot = process.getuid?.() === 0;
describe.each(Object.entries(BAD_INPUTS))(
  "%s",
  (name, { make, content, source = name, options, unlessRoot = false, ...expected }) => {
    test.skipIf(unlessRoot && isRoot)(`is ${expected.code}`, async () => {
      const path = join(folder, name);
      if (make === undefined) await writeFile(path, typeof content === "function" ? await content() : content!);
      else await make(path);
      const before = await readdir(folder);
      expectAnswer(await read(source, options), expected);
      expect(await readdir(folder)).toEqual(before);
      await rm(path, { recursive: true }).catch(() => {});
    });
  },
);

describe("servers that go away", () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((socket) => socket.on("error", () => {}).once("data", () => socket.destroy()));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => server.close());

  test.each([
    ["postgres", (at: string) => `postgres://me:secret@${at}/shop?table=t&sslmode=disable`],
    ["http", (at: string) => `http://me:secret@${at}/rows.csv?token=secret`],
  ])("%s", async (_, address) => {
    const error = await read(address(`127.0.0.1:${port}`));
    expectAnswer(error, { code: "DATA_SOURCE_FAILED", says: `127.0.0.1:${port}` });
  });
});

test("nothing of it took more memory than a small part of the files", () => {
  // The largest are of 10 GiB; kilobytes on Linux.
  expect(process.resourceUsage().maxRSS).toBeLessThan(2 * 2 ** 20);
});
