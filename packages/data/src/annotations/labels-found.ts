import { ModelwrightError } from "@modelwright/contracts";
import { listed, place } from "../report-builder.ts";
import type { RowOrigin } from "../roles/read-rows.ts";

/** What the checks tell of labelled rows. */
export interface LabelsFound {
  /** Sorted by UTF-16 code units; the index of a label is its class number. */
  readonly labels: readonly string[];
}

/** @throws {ModelwrightError} `DATA_LABEL_UNSEEN` for the first row with a label that no training row has. */
export function checkLabelsSeen<Row extends RowOrigin>(
  rows: readonly Row[],
  {
    labels,
    labelsOf,
    file,
  }: LabelsFound & { readonly labelsOf: (row: Row) => readonly string[]; readonly file: string },
): void {
  const known = new Set(labels);
  for (const row of rows) {
    const unseen = labelsOf(row).find((label) => !known.has(label));
    if (unseen === undefined) continue;
    const count = rows.filter((other) => labelsOf(other).includes(unseen)).length;
    throw new ModelwrightError("DATA_LABEL_UNSEEN", { file, row: place(row), label: unseen, count });
  }
}

/** `has no row of label "a"`, for a split without rows of some labels. */
export function absentLabels(present: ReadonlySet<string>, labels: readonly string[]): readonly string[] {
  const absent = labels.filter((label) => !present.has(label)).map((label) => `"${label}"`);
  if (absent.length === 0) return [];
  return [`has no row of ${absent.length === 1 ? "label" : `${absent.length} labels:`} ${listed(absent)}`];
}
