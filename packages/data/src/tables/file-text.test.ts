import { expect, test } from "vitest";
import { pipedText } from "./file-text.ts";

async function piped(bytes: Uint8Array, pieceLength: number): Promise<{ text: string; warnings: string[] }> {
  async function* stream() {
    for (let start = 0; start < bytes.length; start += pieceLength)
      yield Buffer.from(bytes.subarray(start, start + pieceLength));
  }
  const source = pipedText(stream(), { name: "the pipe" });
  let text = "";
  for await (const chunk of source.chunks()) text += chunk;
  return { text, warnings: [...source.warnings] };
}

const TEXT = "plain\nnaïve café\r\n你好 😀\n\nlast";

test.each([1, 2, 3, 5, 1000])("a pipe in pieces of %i bytes is read in its encoding", async (length) => {
  const whole = { text: TEXT, warnings: [] };
  expect(await piped(Buffer.from(TEXT), length)).toEqual(whole);
  expect(await piped(Buffer.from(`\ufeff${TEXT}`), length)).toEqual(whole);
  expect(await piped(Buffer.from(`\ufeff${TEXT}`, "utf16le"), length)).toEqual(whole);
  expect(await piped(Buffer.from(`\ufeff${TEXT}`, "utf16le").swap16(), length)).toEqual(whole);
  expect(await piped(Buffer.from("one\ntwo\ncaf\xe9\n\x80 5", "latin1"), length)).toEqual({
    text: "one\ntwo\ncafé\n€ 5",
    warnings: [expect.stringMatching(/^the pipe:3: not valid UTF-8.*windows-1252/)],
  });
});

test("what is no text is refused with its line", async () => {
  await expect(piped(Buffer.from("a\nb\u0000c\n"), 2)).rejects.toMatchObject({
    code: "DATA_ENCODING_UNREADABLE",
    details: { file: "the pipe", line: 2 },
  });
});
