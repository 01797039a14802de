import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decompressed } from "./compression.ts";

/** Written by fixtures/zstd/make.py, with the reference implementation. */
const ZSTD: Readonly<Record<string, string>> = JSON.parse(
  await readFile(new URL("../../fixtures/zstd/zstd.json", import.meta.url), "utf8"),
);
const TEXT = Buffer.from("text,label\nnaïve 你好,a\n".repeat(3000));

async function unpacked(bytes: Uint8Array, { ending = ".gz", pieceLength = 1000 } = {}): Promise<Buffer> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceLength) yield Buffer.from(bytes.subarray(at, at + pieceLength));
  }
  const found: Buffer[] = [];
  for await (const piece of decompressed(pieces(), { name: `a.csv${ending}`, ending })) found.push(piece);
  return Buffer.concat(found);
}

const ofFixture = (name: string) => Buffer.from(ZSTD[name]!, "base64");

describe.each([
  [".gz", { one: gzipSync(TEXT), two: Buffer.concat([gzipSync(TEXT), gzipSync("more")]) }],
  [".zst", { one: ofFixture("one"), two: ofFixture("two") }],
])("%s", (ending, { one, two }) => {
  test.each([1, 100, 100_000])("in pieces of %i bytes", async (pieceLength) => {
    expect((await unpacked(one, { ending, pieceLength })).equals(TEXT)).toBe(true);
  });

  test("two compressed files, one behind the other, are one", async () => {
    expect((await unpacked(two, { ending })).equals(Buffer.concat([TEXT, Buffer.from("more")]))).toBe(true);
  });

  test.each([
    ["cut off", one.subarray(0, -20)],
    ["no such file", Buffer.from("text,label\na,b\n")],
  ])("%s", async (_, bytes) => {
    await expect(unpacked(bytes, { ending })).rejects.toMatchObject({
      code: "DATA_FILE_DAMAGED",
      details: { file: `a.csv${ending}` },
    });
  });

  test("stopping is possible at any piece", async () => {
    async function* pieces() {
      yield one;
    }
    for await (const _ of decompressed(pieces(), { name: "a", ending })) break;
  });
});

test.each([
  [".gz", gzipSync(Buffer.alloc(3 * 2 ** 24, "a,b\n"))],
  [".zst", ofFixture("bomb")],
])("%s that becomes far more than it is is refused", async (ending, bytes) => {
  await expect(unpacked(bytes, { ending })).rejects.toMatchObject({
    code: "DATA_TOO_LARGE",
    message: expect.stringContaining("more than 250 times as many bytes"),
  });
});
