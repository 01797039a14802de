/** One labelled text. */
export interface TextRow {
  /** From `columns.id`; otherwise `file:line`, or `folder/file` in a packaged corpus. */
  readonly id: string;
  readonly text: string;
  readonly label: string;
  /** From `columns.group`: rows that share it stay in one split. */
  readonly group?: string;
  /** Where the row was read. `line` counts from 1; a row of several lines is named by its first. */
  readonly origin: { readonly file: string; readonly line: number };
}
