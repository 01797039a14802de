export interface FormatOptions {
  /** Columns that the table should have, where a format has to guess how it is written. */
  readonly wanted?: readonly string[];
  /** Of a spreadsheet, the sheet's name. Default: the only one that is not empty. */
  readonly sheet?: string | undefined;
}

export interface FileOptions extends FormatOptions {
  /** What messages call the file. */
  readonly name: string;
}
