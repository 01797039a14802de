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
 * UTF-16 is known by its byte order mark. Valid UTF-8 is UTF-8: text in another encoding is practically never
 * valid by chance. What is left is read as windows-1252, what Western spreadsheets save, with a warning that
 * names the line.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNREADABLE` for a binary file.
 */
export async function detectTextEncoding(path: string, name: string): Promise<TextEncoding> {
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let first = true;
  let firstBadLine: number | undefined;
  const inspect = (lines: Buffer): void => {
    refuseZeroBytes(lines, { file: name, line });
    if (firstBadLine === undefined && !isUtf8(lines)) firstBadLine = line + badLineOffset(lines);
    line += count(lines);
  };
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (first) {
      first = false;
      const label = markedUtf16(chunk);
      if (label !== undefined) return { label };
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
  return { label: "windows-1252", warning: readAsWindows1252({ file: name, line: firstBadLine }) };
}

/** The file's text in pieces, without a byte order mark. */
export async function* decodedChunks(path: string, encoding: TextEncoding["label"]): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/**
 * The text of a stream that is read once, without a byte order mark.
 *
 * The encoding is told as for a file, but on the way: from the first line on that is not valid UTF-8, the
 * rest is read as windows-1252, with a warning that names the line. What comes before is the same in both
 * unless it has letters beyond ASCII.
 */
export async function* decodedStream(
  stream: AsyncIterable<Buffer>,
  { name, warn }: { readonly name: string; readonly warn: (warning: string) => void },
): AsyncGenerator<string> {
  let decoder = new TextDecoder();
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let first = true;
  const decode = (lines: Buffer): string => {
    if (decoder.encoding.startsWith("utf-16")) return decoder.decode(lines, { stream: true });
    refuseZeroBytes(lines, { file: name, line });
    let text = "";
    let rest = lines;
    if (decoder.encoding === "utf-8" && !isUtf8(lines)) {
      const good = bytesOfLines(lines, badLineOffset(lines));
      text = decoder.decode(lines.subarray(0, good));
      rest = lines.subarray(good);
      decoder = new TextDecoder("windows-1252");
      warn(readAsWindows1252({ file: name, line: line + count(lines.subarray(0, good)) }));
    }
    line += count(lines);
    return text + decoder.decode(rest, { stream: true });
  };
  for await (const chunk of stream) {
    pending = Buffer.concat([pending, chunk]);
    if (first && pending.length > 1) {
      first = false;
      const label = markedUtf16(pending);
      if (label !== undefined) decoder = new TextDecoder(label);
    }
    // A line of UTF-16 may end in the middle of a unit, which its decoder keeps.
    const end = pending.lastIndexOf(NEW_LINE) + 1;
    if (end === 0) continue;
    yield decode(pending.subarray(0, end));
    pending = pending.subarray(end);
  }
  yield decode(pending) + decoder.decode();
}

function markedUtf16(start: Buffer): "utf-16le" | "utf-16be" | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  return start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : undefined;
}

/** @param at.line Of the first byte. */
function refuseZeroBytes(lines: Buffer, at: { readonly file: string; readonly line: number }): void {
  const zero = lines.indexOf(0);
  if (zero < 0) return;
  const problem = "a zero byte: this is a binary file, not text";
  const line = at.line + count(lines.subarray(0, zero));
  throw new ModelwrightError("DATA_ENCODING_UNREADABLE", { file: at.file, line, problem });
}

function readAsWindows1252({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}: not valid UTF-8, so the file was read as windows-1252; save it as UTF-8 if letters look wrong`;
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

/** Bytes that so many whole lines take. */
function bytesOfLines(lines: Buffer, count: number): number {
  let end = 0;
  for (let i = 0; i < count; i++) end = lines.indexOf(NEW_LINE, end) + 1;
  return end;
}
