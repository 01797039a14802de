import { DEEPEST_NESTING, tooDeep } from "./limits.ts";
import type { Cell, CellKind } from "./table.ts";

/** A member of a JSON object: its value is text, or what the file spells. */
export interface JsonMember extends Cell {
  readonly key: string;
}

interface Where {
  readonly file: string;
  readonly line: number;
}

/** What a value begins with, where it is no number and no string. */
const KINDS: Readonly<Record<string, CellKind>> = {
  "[": "list",
  "{": "object",
  t: "boolean",
  f: "boolean",
  n: "null",
};
const SPACE = " ".charCodeAt(0);
const SCALAR = /[^\s,\]}]+/y;
/** What opens, closes or hides brackets. */
const NESTING = /["[\]{}]/g;

/**
 * The members of a JSON object in the order of the file, numbers and nested values as they are spelt: an id
 * beyond 2⁵³, which a parsed number cannot hold, keeps its digits, and `1.10` its zero.
 *
 * @param json A JSON object, valid (RFC 8259).
 * @throws {ModelwrightError} `DATA_ROW_MALFORMED` for values that lie too deep within each other.
 */
export function jsonMembers(json: string, where: Where): JsonMember[] {
  const members: JsonMember[] = [];
  let at = behindSpace(json, 0) + 1; // behind the brace
  for (;;) {
    at = behindSpace(json, at);
    if (json[at] !== '"') return members;
    const keyEnd = stringEnd(json, at);
    const key = stringAt(json, at, keyEnd);
    const start = behindSpace(json, behindSpace(json, keyEnd) + 1); // behind the colon
    const end = valueEnd(json, start, where);
    members.push({ key, ...jsonCell(json.slice(start, end)) });
    at = behindSpace(json, end) + 1; // behind the comma or the brace
  }
}

/** A JSON value, valid, as a cell. */
export function jsonCell(json: string): Cell {
  if (json[0] === '"') return { text: stringAt(json, 0, json.length) };
  return { text: json, kind: KINDS[json[0] ?? ""] ?? "number" };
}

/** What a string says, quotes included in the range. */
function stringAt(json: string, start: number, end: number): string {
  const content = json.slice(start + 1, end - 1);
  return content.includes("\\") ? (JSON.parse(json.slice(start, end)) as string) : content;
}

function valueEnd(json: string, start: number, where: Where): number {
  const opening = json[start];
  if (opening === '"') return stringEnd(json, start);
  if (opening !== "[" && opening !== "{") {
    SCALAR.lastIndex = start;
    return SCALAR.test(json) ? SCALAR.lastIndex : start;
  }
  let depth = 0;
  NESTING.lastIndex = start;
  for (let found = NESTING.exec(json); found !== null; found = NESTING.exec(json)) {
    if (found[0] === '"') NESTING.lastIndex = stringEnd(json, found.index);
    else depth += found[0] === "[" || found[0] === "{" ? 1 : -1;
    if (depth === 0) break;
    if (depth > DEEPEST_NESTING) throw tooDeep(where);
  }
  return NESTING.lastIndex;
}

/** The place behind the quote that closes a string: one with an even number of backslashes before it. */
function stringEnd(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); ; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** The place of the next character that is no white space: of those that JSON knows none is above the space. */
function behindSpace(json: string, start: number): number {
  let at = start;
  while (json.charCodeAt(at) <= SPACE) at++;
  return at;
}
