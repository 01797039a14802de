import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { TextDecoder } from "node:util";
import { ModelwrightError } from "@modelwright/contracts";

/**
 * The text of a file in pieces, without a byte order mark.
 *
 * UTF-16 is known by its mark, UTF-8 by being valid; the rest is read as windows-1252, as training reads it.
 *
 * @throws {ModelwrightError} `CLI_FILE_NOT_FOUND`, `DATA_ENCODING_UNREADABLE`.
 */
export async function openText(path: string): Promise<AsyncGenerator<string>> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "no such file" : cause.message;
    throw new ModelwrightError("CLI_FILE_NOT_FOUND", { path, problem }, { cause });
  });
  if (found.isDirectory()) throw new ModelwrightError("CLI_FILE_NOT_FOUND", { path, problem: "is a folder" });
  return decoded(path, await encodingOf(path));
}

async function* decoded(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

async function encodingOf(path: string): Promise<string> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let first = true;
  let line = 1;
  let valid = true;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (first && chunk[0] === 0xff && chunk[1] === 0xfe) return "utf-16le";
    if (first && chunk[0] === 0xfe && chunk[1] === 0xff) return "utf-16be";
    first = false;
    const zero = chunk.indexOf(0);
    if (zero >= 0) {
      line += lineEnds(chunk.subarray(0, zero));
      const problem = "a zero byte: this is a binary file, not text";
      throw new ModelwrightError("DATA_ENCODING_UNREADABLE", { file: path, line, problem });
    }
    line += lineEnds(chunk);
    valid &&= decodes(utf8, chunk);
  }
  return valid && decodes(utf8) ? "utf-8" : "windows-1252";
}

function decodes(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}

function lineEnds(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) count++;
  return count;
}

/** Lines without their ends (`\n` or `\r\n`), also the last one when nothing ends it. */
export async function* textLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = "";
  for await (const chunk of chunks) {
    const parts = (pending + chunk).split("\n");
    pending = parts.pop()!;
    for (const part of parts) yield part.replace(/\r$/, "");
  }
  if (pending !== "") yield pending.replace(/\r$/, "");
}
