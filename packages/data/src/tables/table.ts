/** What a cell is in a format that knows more than text; its text is then as the file spells it. */
export type CellKind = "number" | "boolean" | "list" | "object" | "null";

export interface TableRow {
  /** One per column. `undefined` where the row has none; an empty one may also be the empty text. */
  readonly cells: readonly (string | undefined)[];
  /** One per column: what a cell is, where it is no text. Absent: all cells are texts. */
  readonly kinds?: readonly (CellKind | undefined)[];
  /** Where the row begins, from 1. */
  readonly line: number;
  /** Where a row is a file of its own. Default: the table's name. */
  readonly file?: string;
}

/** Rows of text cells under names, whatever they are read from. */
export interface Table {
  /** What messages call it. */
  readonly name: string;
  /** Each once. */
  readonly columns: readonly string[];
  /** Read anew at each iteration, row by row; of a pipe only once. */
  readonly rows: AsyncIterable<TableRow>;
  /** What a careful reader should know, complete when the rows have been read. */
  readonly warnings: Set<string>;
  /** The encoding of the file, where it was guessed. */
  readonly guessedEncoding?: string;
  /** Columns that the header names more than once: the later ones have another name here. */
  readonly repeated?: ReadonlySet<string>;
  /** What a source itself knows of its columns, by role. */
  readonly roles?: Readonly<Record<string, string>>;
  /** What of each item a column is made of. */
  readonly contents?: Readonly<Record<string, string>>;
  /** Where the sentences of a text end. Default "prose": where its words and marks say so. */
  readonly sentences?: "prose" | "lines";
  readonly outline?: Outline;
}

/** Of rows that are dear to read what is known before, so that some can be drawn first. */
export interface Outline {
  /** Cells of the columns that are known, one per row. */
  readonly cells: Readonly<Record<string, readonly string[]>>;
  readonly size: number;
  /** Reads the rows of these numbers only, in their order. */
  readonly read: (rows: readonly number[]) => AsyncIterable<TableRow>;
}

/** A cell with what it is. */
export interface Cell {
  readonly text: string;
  /** Absent: a text. */
  readonly kind?: CellKind;
}

/** The cell of a column; `undefined` where the row has none, or nothing but white space. */
export function cellAt({ cells, kinds }: TableRow, column: number): Cell | undefined {
  const text = cells[column];
  if (text === undefined || text.trim() === "") return undefined;
  const kind = kinds?.[column];
  return kind === undefined ? { text } : { text, kind };
}

/** What a cell is, in the words of messages. */
export function describeCell({ text, kind }: Cell): string {
  if (kind === "list") return "a list";
  if (kind === "object") return "an object";
  return kind === undefined ? JSON.stringify(text) : `the ${kind} ${text}`;
}
