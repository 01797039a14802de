import type { TextClassificationRecipe } from "@modelwright/contracts";

/** A row as read: the text or the label may be missing (`undefined` or only white space). */
export interface SourceRow {
  readonly id: string;
  readonly text: string | undefined;
  readonly label: string | undefined;
  readonly group?: string;
  readonly origin: { readonly file: string; readonly line: number };
}

export interface SourceRows {
  /** What messages call the source: the path as the recipe has it, or `npm:<package>`. */
  readonly name: string;
  readonly rows: readonly SourceRow[];
  /** Rows in the source before `limit` was applied. */
  readonly available: number;
  readonly warnings: readonly string[];
  /** What of each item the text is made of, and what is left out. */
  readonly fields: string;
}

export interface SourceOptions {
  /** Relative paths and packages are looked up from here: the recipe's folder. */
  readonly baseDir: string;
  readonly columns: TextClassificationRecipe["data"]["columns"];
  /** Read at most so many rows, drawn with `seed`, labels kept in proportion. */
  readonly limit: number | undefined;
  readonly seed: number;
  readonly onProgress: (done: number, total?: number) => void;
}

/** What a reader of one file format gives back. */
export interface FileRows {
  readonly rows: readonly SourceRow[];
  readonly warnings: readonly string[];
}

export interface FileOptions {
  /** Absolute path. */
  readonly path: string;
  /** The path as messages and row ids name it. */
  readonly name: string;
  readonly columns: TextClassificationRecipe["data"]["columns"];
  readonly onProgress: (done: number) => void;
}
