import { ModelwrightError } from "@modelwright/contracts";
import { type DateSpelling, readDate } from "../frames/date-spellings.ts";
import type { SplitName } from "../splits/split-names.ts";
import { readSplitName } from "../splits/split-names.ts";
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
  /** Who chose something. */
  readonly user: string;
  /** What was chosen. */
  readonly item: string;
  /** How it was liked: a finite number. */
  readonly rating: number;
  /** Where an image lies. */
  readonly image: string;
  /** Where a sound lies. */
  readonly sound: string;
  /** Rows that share it stay in one split. */
  readonly group: string;
  /** Milliseconds since 1970, UTC; of a plain number a thousand times the number. */
  readonly time: number;
  /** The split that the row is of. */
  readonly split: SplitName;
  readonly id: string;
}

export type Role = keyof RoleValues;

interface CellReading {
  /** What stands between the labels of a cell. Default "|". */
  readonly labelSeparator?: string;
  /** How the column writes its dates. Default: as ISO 8601 does. */
  readonly dateSpelling?: DateSpelling;
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
  user: NAME,
  item: NAME,
  rating: NUMBER,
  image: TEXT,
  sound: TEXT,
  group: NAME,
  time: {
    expected: "a date as most rows write it (2026-01-31, 31/01/2026 14:05, 2026年1月31日) or a number",
    read: ({ text, kind }, { dateSpelling = "2026-01-31" }) =>
      kind === undefined || kind === "number" ? milliseconds(text, dateSpelling) : undefined,
  },
  split: {
    expected: "train, validation or test, or a common word for one of them",
    read: ({ text, kind }) => (kind === undefined ? readSplitName(text) : undefined),
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

function milliseconds(text: string, spelling: DateSpelling): number | undefined {
  const seconds = decimal(text);
  return seconds === undefined ? readDate(text, spelling) : seconds * 1000;
}
