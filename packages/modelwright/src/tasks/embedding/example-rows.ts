import type { OwnManifestOf } from "@modelwright/contracts";
import type { RowAsRead } from "@modelwright/data";

export type ExamplesName = OwnManifestOf<"embedding">["examples"];

/** What rows of some examples have beside their text. */
export const EXAMPLE_ROLES = ["positive", "negative", "second", "similarity", "label"] as const;
export type ExampleRole = (typeof EXAMPLE_ROLES)[number];

/** A text with what the kind of its row says that it has. */
export type ExampleRow = RowAsRead<ExampleRole> & { readonly text: string };

/** Rows of a split. */
export interface ExampleRows {
  readonly examples: ExamplesName;
  readonly rows: readonly ExampleRow[];
}
