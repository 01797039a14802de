import type { AnnotationRole } from "../annotations/annotation.ts";
import type { Frame } from "../frames/frame.ts";
import type { RowWith } from "../roles/read-rows.ts";

/** Rows with what is predicted of them, and beside them the columns that are read. */
export interface TableRows<R extends AnnotationRole> {
  readonly rows: readonly RowWith<R>[];
  readonly frame: Frame;
}
