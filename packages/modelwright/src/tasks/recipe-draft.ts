import type { TableSketch } from "@modelwright/data";

/** Roles that a user may give a column by an option of `init`. */
export const NAMED_ROLES = ["text", "second", "label", "labels", "target"] as const;
export type NamedRole = (typeof NAMED_ROLES)[number];
export type NamedColumns = Readonly<Partial<Record<NamedRole, string>>>;

/** What `init` has seen of the user's data. */
export type DataLook =
  | {
      readonly kind: "table";
      /** Its columns are among those that `named` names. */
      readonly sketch: TableSketch;
      readonly named: NamedColumns;
    }
  | { readonly kind: "documents" };

/** A recipe that a task proposes for the data. */
export interface RecipeDraft {
  /** How much the data looks like the task's, in [0, 1]; the likeliest task writes the recipe. 0: any data will do where the task is named. */
  readonly likeness: number;
  /** By role. Default: none. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Goes on behind the task in its line, as a comment. */
  readonly remark?: string;
  /** Lines of YAML under the data. */
  readonly rest: string;
  /** Goes on behind the number of rows: `text in "body", label in "queue"`. */
  readonly found?: string;
  /** What the look found, so that a wrong guess is seen before it is trained on. */
  readonly lines?: readonly string[];
  readonly warnings?: readonly string[];
  /** The same as plain data, for `--json`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** No recipe, since no column looks like what has this role. */
export interface UnclearColumn {
  readonly unclear: NamedRole;
}

/** Data to try a task with. */
export interface Sample {
  readonly file: string;
  readonly content: () => string;
}
