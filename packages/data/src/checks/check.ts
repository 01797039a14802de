import type { CheckedTable } from "./checked-table.ts";

/** From what spoils a model to what one should know. */
export const SEVERITIES = ["high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing of a finding: of a column, or of rows. */
export interface FindingItem {
  /** Whose columns it is. Of rows: none. */
  readonly columns: readonly string[];
  /** What was seen, short: "92.1 % of the rows". */
  readonly detail: string;
}

/** What a check found, all of one severity together. */
export interface Finding {
  readonly severity: Severity;
  /** One sentence, without a full stop. */
  readonly summary: string;
  readonly items: readonly FindingItem[];
  /** What to do in a recipe or in the data, where it depends on what was found. Default: the check's. */
  readonly cure?: string;
}

/** Something that is looked for in a table. */
export interface Check {
  /** What it finds, with its thresholds. */
  readonly looksFor: string;
  /** What to do about it, in a recipe or in the data. */
  readonly cure: string;
  /** What it needs to know: the profile, which is of all rows, or rows, of which there may be only some. Default: rows. */
  readonly of?: "profile";
  readonly find: (table: CheckedTable) => readonly Finding[];
}

/** A check of columns one by one: what it finds of one severity stands in one finding. */
export function byColumn(
  table: CheckedTable,
  options: {
    readonly look: (
      column: CheckedTable["columns"][number],
    ) => (FindingItem & { readonly severity: Severity }) | undefined;
    readonly summary: (columns: number, severity: Severity) => string;
    readonly cure?: (columns: readonly string[], severity: Severity) => string;
  },
): Finding[] {
  const found = table.columns.flatMap((column) => options.look(column) ?? []);
  return SEVERITIES.flatMap((severity) => {
    const items = found
      .filter((item) => item.severity === severity)
      .map(({ columns, detail }) => ({ columns, detail }));
    if (items.length === 0) return [];
    const names = items.flatMap(({ columns }) => columns);
    const cure = options.cure === undefined ? {} : { cure: options.cure(names, severity) };
    return [{ severity, summary: options.summary(items.length, severity), items, ...cure }];
  });
}
