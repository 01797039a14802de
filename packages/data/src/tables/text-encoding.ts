import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { ModelwrightError } from "@modelwright/contracts";

export interface TextEncoding {
  /** A label of the WHATWG Encoding Standard. */
  readonly label: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
  readonly warning?: string;
}

const NEW_LINE = 0x0a;

/**
 * Tells the encoding of a text file by reading it once.
 *
 * UTF-16 is known by its byte order mark. Valid UTF-8 is UTF-8: text in another encoding is practically never valid by
 * chance. What is left is read as windows-1252, what Western spreadsheets save, with a warning that names the line.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNREADABLE` for a binary file.
 */
export async function detectTextEncoding(path: string, name: string): Promise<TextEncoding> {
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let first = true;
  let firstBadLine: number | undefined;
  const inspect = (lines: Buffer): void => {
    const zero = lines.indexOf(0);
    if (zero >= 0) {
      const problem = "a zero byte: this is a binary file, not text";
      throw new ModelwrightError("DATA_ENCODING_UNREADABLE", {
        file: name,
        line: line + count(lines.subarray(0, zero)),
        problem,
      });
    }
    if (firstBadLine === undefined && !isUtf8(lines)) firstBadLine = line + badLineOffset(lines);
    line += count(lines);
  };
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (first) {
      first = false;
      if (chunk[0] === 0xff && chunk[1] === 0xfe) return { label: "utf-16le" };
      if (chunk[0] === 0xfe && chunk[1] === 0xff) return { label: "utf-16be" };
    }
    // A line end is never part of a multi-byte sequence, so whole lines can be checked on their own.
    const end = chunk.lastIndexOf(NEW_LINE) + 1;
    if (end === 0) {
      pending = Buffer.concat([pending, chunk]);
      continue;
    }
    inspect(Buffer.concat([pending, chunk.subarray(0, end)]));
    pending = chunk.subarray(end);
  }
  inspect(pending);
  if (firstBadLine === undefined) return { label: "utf-8" };
  return {
    label: "windows-1252",
    warning: `${name}:${firstBadLine}: not valid UTF-8, so the file was read as windows-1252; save it as UTF-8 if letters look wrong`,
  };
}

/** The file's text in pieces, without a byte order mark. */
export async function* decodedChunks(path: string, encoding: TextEncoding["label"]): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

function count(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEW_LINE); at >= 0; at = bytes.indexOf(NEW_LINE, at + 1)) lines++;
  return lines;
}

function badLineOffset(lines: Buffer): number {
  let offset = 0;
  let start = 0;
  for (let at = lines.indexOf(NEW_LINE); at >= 0; at = lines.indexOf(NEW_LINE, start)) {
    if (!isUtf8(lines.subarray(start, at))) return offset;
    start = at + 1;
    offset++;
  }
  return offset;
}
