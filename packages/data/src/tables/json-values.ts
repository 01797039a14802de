import { ModelwrightError } from "@modelwright/contracts";
import type { TextSource } from "./file-text.ts";
import { parseJson } from "./json-objects.ts";
import { checkRowLength, DEEPEST_NESTING, tooDeep } from "./limits.ts";

/** A value of a JSON document: an element of its list, a member of its object, or an element of such a member. */
export interface JsonValue {
  /** As the file spells it. */
  readonly json: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** Of a document that is an object, the member's name. */
  readonly key?: string;
  /** Of a member that is an object, the name in it. */
  readonly innerKey?: string;
  /** What it lies in: a list, an object that is a member, or neither but the document itself. */
  readonly within: "document" | "list" | "object";
}

/** Tells that behind a JSON document another one begins, as in JSON Lines. */
export class SecondDocument extends ModelwrightError<"DATA_ROW_MALFORMED"> {
  constructor(where: { readonly file: string; readonly line: number }) {
    super("DATA_ROW_MALFORMED", { ...where, problem: "not valid JSON: something stands behind its end" });
  }
}

/** What may come next, between values. */
type Expected = "value" | "valueOrEnd" | "commaOrEnd" | "key" | "keyOrEnd" | "colon" | "nothing";

const [QUOTE, BACKSLASH, COMMA, COLON, NEW_LINE, SPACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x0a, 0x20];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Cuts a JSON document into its values as it is read, so that none but the longest of them lies in memory: the elements
 * of a list, the members of an object, and of a member that is a list or an object of the same depth its elements.
 *
 * The values themselves are not looked into: parsing tells what is wrong in them.
 *
 * @throws {ModelwrightError} `DATA_ROW_MALFORMED`, `DATA_TOO_LARGE`, with the line.
 */
export async function* jsonValues({ name, chunks }: Pick<TextSource, "name" | "chunks">): AsyncGenerator<JsonValue> {
  const cutter = new JsonCutter(name);
  for await (const chunk of chunks()) {
    yield* cutter.cut(chunk);
    if (cutter.second !== undefined) throw cutter.second;
  }
  yield* cutter.end();
}

class JsonCutter {
  /** Told once the values before it have been taken. */
  second: SecondDocument | undefined;
  readonly #file: string;
  #line = 1;
  /** Lists and objects that are open and looked into. */
  readonly #open: ("list" | "object")[] = [];
  #expected: Expected = "value";
  /** The member that is read, of the document. */
  #key: string | undefined;
  #innerKey: string | undefined;
  /** Whether a string is a key. */
  #isKey = false;
  /** A value that is read: its kind, its beginning that came with earlier chunks, and where it begins. */
  #reading: "none" | "string" | "nested" | "scalar" = "none";
  #pieces: string[] = [];
  #length = 0;
  #begin = 1;
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  constructor(file: string) {
    this.#file = file;
  }

  cut(chunk: string): JsonValue[] {
    const values: JsonValue[] = [];
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#reading === "none") {
        const code = chunk.charCodeAt(at);
        if (code === NEW_LINE) this.#line++;
        if (code > SPACE && this.#between(code, chunk[at]!)) start = at;
        else at++;
        continue;
      }
      const end = this.#valueEnd(chunk, at);
      if (end < 0) break;
      const value = this.#taken(chunk.slice(start, end));
      if (value !== undefined) values.push(value);
      at = end;
    }
    if (this.#reading !== "none") {
      this.#pieces.push(chunk.slice(start));
      this.#length += chunk.length - start;
      checkRowLength(this.#length, { file: this.#file, line: this.#begin });
    }
    return values;
  }

  end(): JsonValue[] {
    if (this.#open.length === 0 && this.#reading === "scalar") return [this.#taken("")!];
    if (this.#open.length === 0 && this.#reading === "none") return [];
    throw this.#malformed("not valid JSON: the file ends within a value");
  }

  /** Whether a value or a key begins at a character between values. */
  #between(code: number, character: string): boolean {
    const within = this.#open.at(-1);
    switch (this.#expected) {
      case "valueOrEnd":
      case "value":
        if (code === CLOSE_LIST && this.#expected === "valueOrEnd") return this.#close();
        return this.#beginValue(code, character);
      case "keyOrEnd":
      case "key":
        if (code === CLOSE_OBJECT && this.#expected === "keyOrEnd") return this.#close();
        if (code !== QUOTE) throw this.#unexpected(character, "a key in double quotes");
        this.#isKey = true;
        return this.#begins("string");
      case "colon":
        if (code !== COLON) throw this.#unexpected(character, "a colon");
        this.#expected = "value";
        return false;
      case "commaOrEnd":
        if (code === (within === "list" ? CLOSE_LIST : CLOSE_OBJECT)) return this.#close();
        if (code !== COMMA) throw this.#unexpected(character, "a comma");
        this.#expected = within === "list" ? "value" : "key";
        return false;
      case "nothing":
        this.second ??= new SecondDocument({ file: this.#file, line: this.#line });
        return false;
    }
  }

  #close(): false {
    this.#open.pop();
    this.#expected = this.#open.length === 0 ? "nothing" : "commaOrEnd";
    return false;
  }

  #beginValue(code: number, character: string): boolean {
    const isLookedInto = this.#open.length === 0 || (this.#open.length === 1 && this.#open[0] === "object");
    if (isLookedInto && (code === OPEN_LIST || code === OPEN_OBJECT)) {
      this.#open.push(code === OPEN_LIST ? "list" : "object");
      this.#expected = code === OPEN_LIST ? "valueOrEnd" : "keyOrEnd";
      return false;
    }
    if (code === COMMA || code === COLON || code === CLOSE_LIST || code === CLOSE_OBJECT)
      throw this.#unexpected(character, "a value");
    this.#isKey = false;
    if (code === QUOTE) return this.#begins("string");
    return this.#begins(code === OPEN_LIST || code === OPEN_OBJECT ? "nested" : "scalar");
  }

  #begins(what: "string" | "nested" | "scalar"): true {
    this.#reading = what;
    this.#begin = this.#line;
    this.#depth = 0;
    this.#inString = false;
    return true;
  }

  /** The place behind the value that is read; −1 where it goes on behind the chunk. */
  #valueEnd(chunk: string, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) {
          this.#inString = false;
          if (this.#reading === "string") return at + 1;
        } else if (code === NEW_LINE) this.#line++;
        continue;
      }
      if (this.#reading === "scalar") {
        if (code <= SPACE || code === COMMA || code === CLOSE_LIST || code === CLOSE_OBJECT) return at;
      } else if (code === QUOTE) this.#inString = true;
      else if (code === NEW_LINE) this.#line++;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) {
        if (++this.#depth > DEEPEST_NESTING) throw tooDeep({ file: this.#file, line: this.#begin });
      } else if ((code === CLOSE_LIST || code === CLOSE_OBJECT) && --this.#depth === 0) return at + 1;
    }
    return -1;
  }

  #taken(last: string): JsonValue | undefined {
    const json = this.#pieces.length === 0 ? last : [...this.#pieces, last].join("");
    this.#pieces = [];
    this.#length = 0;
    this.#reading = "none";
    if (this.#isKey) {
      const key = parseJson(json, { file: this.#file, line: this.#begin }) as string;
      if (this.#open.length === 1) this.#key = key;
      this.#innerKey = this.#open.length === 1 ? undefined : key;
      this.#expected = "colon";
      return undefined;
    }
    this.#expected = this.#open.length === 0 ? "nothing" : "commaOrEnd";
    const place = { json, line: this.#begin, within: this.#within() };
    return this.#key === undefined
      ? place
      : { ...place, key: this.#key, ...(this.#innerKey === undefined ? {} : { innerKey: this.#innerKey }) };
  }

  #within(): JsonValue["within"] {
    if (this.#open.length === 2) return this.#open[1]!;
    return this.#open[0] === "list" ? "list" : "document";
  }

  #unexpected(character: string, expected: string): ModelwrightError {
    return this.#malformed(`not valid JSON: ${expected} is needed, got ${JSON.stringify(character)}`);
  }

  #malformed(problem: string): ModelwrightError {
    return new ModelwrightError("DATA_ROW_MALFORMED", { file: this.#file, line: this.#line, problem });
  }
}
