import { isAscii, isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { ModelwrightError } from "@modelwright/contracts";
import { guessEncoding } from "./encodings.ts";
import { markedUtf16, unmarkedUtf16 } from "./utf-16.ts";

export interface TextEncoding {
  /** A label of the WHATWG Encoding Standard. */
  readonly label: string;
  /** Says that the encoding is a guess, or that not all bytes are in it. */
  readonly warning?: string;
}

const NEW_LINE = 0x0a;
/** Bytes that tell an encoding as well as more would. */
const SAMPLE_LENGTH = 65_536;
/** Bytes of a line from which on it is looked at in parts. */
const LONG_LINE = 2 ** 20;
/** Of UTF-8: bytes of a character at most, and where the values of bytes that go on and that begin one start. */
const LONGEST_CHARACTER = 4;
const FIRST_CONTINUATION = 0x80;
const FIRST_LEADING = 0xc0;

/**
 * Tells the encoding of the bytes of a text file by reading them once.
 *
 * UTF-16 is known by its byte order mark, or by where its zero bytes stand. Valid UTF-8 is UTF-8: text in
 * another encoding is practically never valid by chance. So is a file of which only a smaller part is not.
 * Anything else is guessed by `guessEncoding`, with a warning that names the line.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNREADABLE` for a binary file.
 */
export async function detectTextEncoding(bytes: AsyncIterable<Buffer>, name: string): Promise<TextEncoding> {
  const lines = new LineInspection(name);
  const whole = new WholeLines();
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst) {
      isFirst = false;
      const marked = markedUtf16(chunk);
      if (marked !== undefined) return { label: marked };
      const label = unmarkedUtf16(chunk);
      if (label !== undefined) return { label, warning: guessWarning({ file: name, line: 1 }, { label }) };
    }
    for (const complete of whole.add(chunk)) lines.inspect(complete);
  }
  lines.inspect(whole.rest());
  return lines.encoding();
}

/**
 * Puts pieces of a file together to whole lines: a line end is never part of a multi-byte sequence, so that they can be
 * checked on their own. Of a line that is very long it gives what it has, up to the last whole character of UTF-8.
 */
class WholeLines {
  #pending: Buffer[] = [];
  #length = 0;

  *add(chunk: Buffer): Generator<Buffer> {
    const end = chunk.lastIndexOf(NEW_LINE) + 1;
    this.#length += chunk.length;
    if (end === 0 && this.#length < LONG_LINE) {
      this.#pending.push(chunk);
      return;
    }
    const cut = end === 0 ? wholeCharacters(chunk) : end;
    yield Buffer.concat([...this.#pending, chunk.subarray(0, cut)]);
    this.#pending = [chunk.subarray(cut)];
    this.#length = chunk.length - cut;
  }

  rest(): Buffer {
    return Buffer.concat(this.#pending);
  }
}

/** The length without a character of UTF-8 at the end of which bytes are missing. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(LONGEST_CHARACTER, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < FIRST_CONTINUATION) return bytes.length;
    if (byte >= FIRST_LEADING) return bytes.length - back;
  }
  return bytes.length;
}

/** Collects what lines tell of their encoding. */
class LineInspection {
  readonly #file: string;
  #line = 1;
  #firstBadLine: number | undefined;
  /** Bytes of lines with characters beyond ASCII that are UTF-8, and of those that are not. */
  #good = 0;
  #bad = 0;
  #sample: Buffer[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  inspect(lines: Buffer): void {
    refuseZeroBytes(lines, { file: this.#file, line: this.#line });
    if (!isUtf8(lines)) {
      let line = this.#line;
      for (const each of eachLine(lines)) {
        if (!isUtf8(each)) this.#note(each, line);
        else if (!isAscii(each)) this.#good += each.length;
        line++;
      }
    } else if (!isAscii(lines)) this.#good += lines.length;
    this.#line += count(lines);
  }

  #note(bytes: Buffer, line: number): void {
    this.#firstBadLine ??= line;
    if (this.#bad < SAMPLE_LENGTH) this.#sample.push(bytes);
    this.#bad += bytes.length;
  }

  encoding(): TextEncoding {
    if (this.#firstBadLine === undefined) return { label: "utf-8" };
    const place = { file: this.#file, line: this.#firstBadLine };
    if (this.#good > this.#bad) return { label: "utf-8", warning: replacedWarning(place, "utf-8") };
    const guess = guessEncoding(Buffer.concat(this.#sample));
    return { label: guess.label, warning: guessWarning(place, guess) };
  }
}

/**
 * The decoder of an encoding that the user names.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNKNOWN`.
 */
export function namedDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    throw new ModelwrightError("DATA_ENCODING_UNKNOWN", { encoding }, { cause });
  }
}

/** What is told of a text on the way. */
export interface Telling {
  readonly name: string;
  readonly warn: (warning: string) => void;
}

/**
 * Text in an encoding that is known, in pieces, without a byte order mark.
 *
 * While it is read: `DATA_ENCODING_UNREADABLE` for a zero character of UTF-16; other encodings are looked through before.
 */
export async function* decodedChunks(
  bytes: AsyncIterable<Buffer>,
  { encoding, name }: { readonly encoding: string; readonly name: string },
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  const isUtf16 = encoding.startsWith("utf-16");
  let line = 1;
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    if (isUtf16) line = refuseZeroCharacters(text, { file: name, line });
    yield text;
  }
  yield decoder.decode();
}

/**
 * Text in the encoding that the user names, or that a byte order mark tells; bytes that are none of it are
 * warned of.
 *
 * While it is read: `DATA_ENCODING_UNREADABLE` for a zero character.
 */
export async function* namedChunks(
  bytes: AsyncIterable<Buffer>,
  { encoding, name, warn }: Telling & { readonly encoding: string },
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let line = 1;
  const checked = (text: string): string => {
    const replaced = text.indexOf("\ufffd");
    if (replaced >= 0) warn(replacedWarning({ file: name, line: line + breaksBefore(text, replaced) }, encoding));
    line = refuseZeroCharacters(text, { file: name, line });
    return text;
  };
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(markedUtf16(chunk) ?? encoding);
    yield checked(decoder.decode(chunk, { stream: true }));
  }
  if (decoder !== undefined) yield checked(decoder.decode());
}

/**
 * The text of a stream that is read once, without a byte order mark.
 *
 * The encoding is told as for a file, but on the way: from the first line on that is not valid UTF-8, the
 * rest is read in the encoding that this line looks like, unless there was UTF-8 beyond ASCII before it.
 */
export async function* decodedStream(stream: AsyncIterable<Buffer>, { name, warn }: Telling): AsyncGenerator<string> {
  let decoder = new TextDecoder();
  const whole = new WholeLines();
  let line = 1;
  let isFirst = true;
  let isUnicode = false;
  const start = (bytes: Buffer): void => {
    isFirst = false;
    const marked = markedUtf16(bytes);
    const label = marked ?? unmarkedUtf16(bytes);
    if (label === undefined) return;
    decoder = new TextDecoder(label);
    if (marked === undefined) warn(guessWarning({ file: name, line: 1 }, { label }));
  };
  const decode = (lines: Buffer): string => {
    if (isFirst) start(lines);
    if (decoder.encoding.startsWith("utf-16")) {
      const text = decoder.decode(lines, { stream: true });
      line = refuseZeroCharacters(text, { file: name, line });
      return text;
    }
    refuseZeroBytes(lines, { file: name, line });
    let text = "";
    let rest = lines;
    if (decoder.encoding === "utf-8" && !isUtf8(lines)) {
      const { good, line: offset } = upToBadLine(lines);
      const place = { file: name, line: line + offset };
      isUnicode ||= !isAscii(lines.subarray(0, good));
      if (isUnicode) warn(replacedWarning(place, "utf-8"));
      else {
        text = decoder.decode(lines.subarray(0, good));
        rest = lines.subarray(good);
        const guess = guessEncoding(rest);
        decoder = new TextDecoder(guess.label);
        warn(guessWarning(place, guess));
      }
    } else isUnicode ||= !isAscii(lines);
    line += count(lines);
    return text + decoder.decode(rest, { stream: true });
  };
  for await (const chunk of stream) {
    // A line of UTF-16 may end in the middle of a unit, which its decoder keeps.
    for (const complete of whole.add(chunk)) yield decode(complete);
  }
  yield decode(whole.rest()) + decoder.decode();
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** @param at.line Of the first byte. */
function refuseZeroBytes(lines: Buffer, at: Place): void {
  const zero = lines.indexOf(0);
  if (zero >= 0) throw binary({ file: at.file, line: at.line + count(lines.subarray(0, zero)) });
}

/** @returns The line behind the text. */
function refuseZeroCharacters(text: string, { file, line }: Place): number {
  const zero = text.indexOf("\0");
  if (zero >= 0) throw binary({ file, line: line + breaksBefore(text, zero) });
  return line + breaksBefore(text, text.length);
}

function binary(at: Place): ModelwrightError {
  return new ModelwrightError("DATA_ENCODING_UNREADABLE", {
    ...at,
    problem: "a zero byte: this is a binary file, not text",
  });
}

function guessWarning({ file, line }: Place, { label, name }: { readonly label: string; readonly name?: string }) {
  const where = name === undefined ? label : `${label} (${name})`;
  return `${file}:${line}: not valid UTF-8, so it was read as ${where}; if letters look wrong, save it as UTF-8, or name its encoding (data.encoding in a recipe, --encoding on the command line)`;
}

function replacedWarning({ file, line }: Place, encoding: string): string {
  return `${file}:${line}: bytes that are no ${encoding} were read as "\ufffd"; save the file in one encoding`;
}

function count(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEW_LINE); at >= 0; at = bytes.indexOf(NEW_LINE, at + 1)) lines++;
  return lines;
}

function breaksBefore(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** Lines with their ends. */
function* eachLine(lines: Buffer): Generator<Buffer> {
  let start = 0;
  while (start < lines.length) {
    const found = lines.indexOf(NEW_LINE, start);
    const end = found < 0 ? lines.length : found + 1;
    yield lines.subarray(start, end);
    start = end;
  }
}

/** Bytes and lines before the first line that is not UTF-8. */
function upToBadLine(lines: Buffer): { readonly good: number; readonly line: number } {
  let good = 0;
  let line = 0;
  for (const each of eachLine(lines)) {
    if (!isUtf8(each)) break;
    good += each.length;
    line++;
  }
  return { good, line };
}
