import type { RowWith } from "./roles/read-rows.ts";

/** A text without what is to be predicted of it. */
export type TextOnlyRow = RowWith<"text">;
/** One labelled text. */
export type TextRow = RowWith<"text" | "label">;
/** A text with any number of labels. */
export type TextLabelsRow = RowWith<"text" | "labels">;
/** A text with a number. */
export type TextTargetRow = RowWith<"text" | "target">;
