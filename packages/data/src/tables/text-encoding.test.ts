import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cpuTime } from "../testing/cpu-time.ts";
import { openText, pipedText, type TextSource } from "./file-text.ts";

interface Case {
  readonly language: string;
  readonly label: string;
  readonly text: string;
  /** Base64. */
  readonly bytes: string;
}
const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL("../../fixtures/encodings/encodings.json", import.meta.url), "utf8"),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-encoding-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read({ chunks, warnings }: TextSource): Promise<{ readonly text: string; readonly warnings: string[] }> {
  let text = "";
  for await (const chunk of chunks()) text += chunk;
  return { text, warnings: [...warnings] };
}

async function file(bytes: Uint8Array, encoding?: string): Promise<TextSource> {
  const path = join(folder, "table.csv");
  await writeFile(path, bytes);
  return openText({ path, name: "table.csv", ...(encoding === undefined ? {} : { encoding }) });
}

function pipe(bytes: Uint8Array, encoding?: string, pieceLength = 16): TextSource {
  async function* stream() {
    for (let start = 0; start < bytes.length; start += pieceLength) {
      yield Buffer.from(bytes.subarray(start, start + pieceLength));
    }
  }
  return pipedText(stream(), { name: "the pipe", encoding });
}

describe.each(CASES)("$language in $label", ({ label, text, bytes: base64 }) => {
  const bytes = Buffer.from(base64, "base64");
  const warning = expect.stringMatching(
    new RegExp(`:[12]: not valid UTF-8, so it was read as ${label}\\b.*data\\.encoding.*--encoding`),
  );

  test("is read from a file, and said to be a guess", async () => {
    const source = await file(bytes);
    expect(await read(source)).toEqual({ text, warnings: [warning] });
    expect(source.guessed).toBe(label);
  });

  test("is read from a pipe, in the same words", async () => {
    expect(await read(pipe(bytes))).toEqual({ text, warnings: [warning] });
  });

  test("is read without a warning where it is named", async () => {
    expect(await read(await file(bytes, label))).toEqual({ text, warnings: [] });
    expect(await read(pipe(bytes, label.toUpperCase()))).toEqual({ text, warnings: [] });
  });
});

test("a file of which a smaller part is not UTF-8 stays UTF-8, with a warning that names the line", async () => {
  const bytes = Buffer.concat([
    Buffer.from("text\nпривет, как дела\nещё одна строка\n"),
    Buffer.from("caf\xe9\n", "latin1"),
  ]);
  const whole = {
    text: "text\nпривет, как дела\nещё одна строка\ncaf\ufffd\n",
    warnings: [expect.stringMatching(/:4: bytes that are no utf-8 were read as "\ufffd"/)],
  };
  expect(await read(await file(bytes))).toEqual(whole);
  expect(await read(pipe(bytes))).toEqual(whole);
});

test("bytes that are none of the named encoding are told with their line", async () => {
  const { text, warnings } = await read(await file(Buffer.from("one\ncaf\xe9\n", "latin1"), "utf-8"));
  expect(text).toBe("one\ncaf\ufffd\n");
  expect(warnings).toEqual([expect.stringMatching(/^table\.csv:2: bytes that are no utf-8/)]);
});

test("a byte order mark counts more than the name", async () => {
  expect((await read(await file(Buffer.from("\ufeff你好\n", "utf16le"), "gb18030"))).text).toBe("你好\n");
});

test("an encoding that is not known is refused", async () => {
  await expect(file(Buffer.from("a"), "utf-9")).rejects.toMatchObject({ code: "DATA_ENCODING_UNKNOWN" });
  expect(() => pipe(Buffer.from("a"), "gb-18030")).toThrow(/"gb-18030" is no encoding/);
});

test.each([
  ["a zip archive", [0x50, 0x4b, 3, 4, 0x14, 0, 0, 0, 8, 0, 0x21, 0x51]],
  ["a database", [...Buffer.from("SQLite format 3\0"), 0x10, 0, 1, 1, 0, 0x40, 0x20, 0x20]],
  ["text with a zero byte", [...Buffer.from("text,label\na\0,b\n")]],
])("%s is no text", async (_, bytes) => {
  const refusal = { code: "DATA_ENCODING_UNREADABLE" };
  await expect(file(Uint8Array.from(bytes))).rejects.toMatchObject(refusal);
  await expect(read(pipe(Uint8Array.from(bytes)))).rejects.toMatchObject(refusal);
  await expect(file(Uint8Array.from(bytes), "utf-8").then(read)).rejects.toMatchObject(refusal);
});

test("a file with one long line is read in time that grows with its length, not with its square", async () => {
  const path = join(folder, "long.txt");
  const microseconds = async (megabytes: number) => {
    await writeFile(path, "x".repeat(megabytes * 2 ** 20));
    return cpuTime(() => openText({ path }));
  };
  const short = await microseconds(2);
  expect(await microseconds(48)).toBeLessThan(120 * short); // 24 times as long; the square is 576 times
});

test("names and categories in which no common character stands are read in pairs of bytes", async () => {
  // "城市,职业" and rows of "广州,司机" and "深圳,医生", as Python's gbk codec writes them.
  const [head, ...rows] = ["s8fK0CzWsNK1Cg==", "uePW3SzLvrv6Cg==", "ye7b2izSvcn6Cg=="].map((text) =>
    Buffer.from(text, "base64"),
  );
  const bytes = Buffer.concat([head!, ...Array.from({ length: 20 }, (_, i) => rows[i % 2]!)]);
  const { text } = await read(await file(bytes));
  expect(text.split("\n").slice(0, 3)).toEqual(["城市,职业", "广州,司机", "深圳,医生"]);
});
