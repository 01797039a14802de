import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { lz4Frame } from "./lz4-frame.ts";

/** Written by fixtures/lz4/make.py, with the reference implementation. */
const CASES: Readonly<Record<string, { readonly frame: string; readonly sha256: string }>> = JSON.parse(
  await readFile(new URL("../../fixtures/lz4/lz4.json", import.meta.url), "utf8"),
);
const bytesOf = (text: string) => Buffer.from(text, "base64");

test.each(Object.keys(CASES))("%s", (name) => {
  const { frame, sha256 } = CASES[name]!;
  expect(
    createHash("sha256")
      .update(lz4Frame(bytesOf(frame)))
      .digest("hex"),
  ).toBe(sha256);
});

test("any frame that is cut off is an error, and so is any other text", () => {
  const frame = bytesOf(CASES["repeated"]!.frame);
  for (let length = 0; length < frame.length - 8; length++) expect(() => lz4Frame(frame.subarray(0, length))).toThrow();
  expect(() => lz4Frame(Buffer.from("this is no LZ4 frame, but a text"))).toThrow("no LZ4 frame");
});
