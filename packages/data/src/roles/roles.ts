import { ModelwrightError } from "@modelwright/contracts";
import { type Cell, describeCell } from "../tables/table.ts";
import { splitLabels } from "./label-lists.ts";
import { readSpans, type TextSpan } from "./text-spans.ts";

/** What a column can be to a task, and what its cells become. */
export interface RoleValues {
  readonly text: string;
  /** One class per row. */
  readonly label: string;
  /** Any number of classes per row, none included: each once, in the order of the row. */
  readonly labels: readonly string[];
  /** Marked stretches of the text: none overlaps another one, in their order. */
  readonly spans: readonly TextSpan[];
  /** A finite number. */
  readonly target: number;
  /** A text that is to be written from the first one: its summary, its translation. */
  readonly output: string;
  /** A text that belongs to the first one: an answer to a question. */
  readonly positive: string;
  /** A text that does not belong to the first one, though it may look as if. */
  readonly negative: string;
  /** The other one of two texts that are compared, or of which something is said together. */
  readonly second: string;
  /** How alike two texts are: a finite number. */
  readonly similarity: number;
  /** Where an image lies. */
  readonly image: string;
  /** Where a sound lies. */
  readonly sound: string;
  /** Rows that share it stay in one split. */
  readonly group: string;
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  readonly id: string;
}

export type Role = keyof RoleValues;

interface CellReading {
  /** What stands between the labels of a cell. Default "|". */
  readonly labelSeparator?: string;
}

/** How a role reads a cell. */
interface RoleRule<Value> {
  /** What a cell must be, in the words of messages. */
  readonly expected: string;
  /** `undefined`: the cell is nothing that this role can be. */
  readonly read: (cell: Cell, reading: CellReading) => Value | undefined;
}

const TEXT: RoleRule<string> = {
  expected: "a string",
  read: ({ text, kind }) => (kind === undefined ? text.trim() : undefined),
};
const NAME: RoleRule<string> = {
  expected: "a string, a number or a boolean",
  read: ({ text, kind }) => (kind === "list" || kind === "object" ? undefined : text.trim()),
};
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NUMBER: RoleRule<number> = {
  expected: "a number, with a decimal point",
  read: ({ text, kind }) => (kind === undefined || kind === "number" ? decimal(text) : undefined),
};
/** ISO 8601, the time and its zone after the date. */
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** The roles that tasks ask for. A new one is a row here. */
const ROLES: { readonly [R in Role]: RoleRule<RoleValues[R]> } = {
  text: TEXT,
  label: NAME,
  labels: { expected: "labels, or a JSON list of them", read: splitLabels },
  spans: { expected: 'a JSON list of spans, [{"start": 0, "end": 5, "label": "PER"}]', read: readSpans },
  target: NUMBER,
  output: TEXT,
  positive: TEXT,
  negative: TEXT,
  second: TEXT,
  similarity: NUMBER,
  image: TEXT,
  sound: TEXT,
  group: NAME,
  time: {
    expected: "a date (2026-01-31, 2026-01-31T12:00Z) or seconds since 1970",
    read: ({ text, kind }) => (kind === undefined || kind === "number" ? milliseconds(text.trim()) : undefined),
  },
  id: NAME,
};

/**
 * The value of a cell for a role.
 *
 * @param where What a message names.
 * @throws {ModelwrightError} `DATA_VALUE_TYPE`.
 */
export function readCell<R extends Role>(
  role: R,
  cell: Cell,
  where: { readonly file: string; readonly line: number; readonly column: string } & CellReading,
): RoleValues[R] {
  const { read, expected } = ROLES[role];
  const value: RoleValues[R] | undefined = read(cell, where);
  if (value !== undefined) return value;
  const { file, line, column } = where;
  throw new ModelwrightError("DATA_VALUE_TYPE", { file, line, column, expected, got: describeCell(cell) });
}

function decimal(text: string): number | undefined {
  const value = DECIMAL.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function milliseconds(text: string): number | undefined {
  const date = DATE.exec(text);
  if (date === null) {
    const seconds = decimal(text);
    return seconds === undefined ? undefined : seconds * 1000;
  }
  // A time without a zone would be the machine's own.
  const isTime = text.length > "2026-01-31".length;
  const value = Date.parse(isTime && date[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(value) ? undefined : value;
}
