import { counted, listed, place, type ReportBuilder } from "../report-builder.ts";
import { itemOf, textsOfItem } from "../text-item.ts";
import type { TextOnlyRow } from "../text-row.ts";
import { type Conflict, findExactDuplicates } from "./exact-duplicates.ts";
import { findNearDuplicates, SAME_GROUP, SAME_TEXT } from "./near-duplicates.ts";

/** What is done about rows that say the same. */
export type DuplicateRule = "keep" | "exact" | "near";

/** What a row is annotated with, as far as copies are concerned. */
export interface Annotated<Row> {
  /** "label" */
  readonly noun: string;
  readonly key: (row: Row) => string;
  /** The texts of a row: a copy copies each of them, and rows whose first ones are alike form a group. Default: its text alone. */
  readonly texts?: (row: Row) => readonly [string, ...string[]];
  readonly shown: (row: Row) => string;
}

export interface DuplicateOptions<Row> {
  readonly duplicates: DuplicateRule;
  readonly annotation: Annotated<Row>;
  /** Rows of a published test file: never dropped; a row that copies one of them is. */
  readonly published: readonly Row[];
  readonly report: ReportBuilder;
  readonly onProgress: (done: number, total: number) => void;
}

export interface DistinctRows<Row> {
  readonly rows: readonly Row[];
  /**
   * One number per row: rows that share it say nearly the same and belong in one split. One below the number of
   * published rows says nearly what the published row of that number does.
   */
  readonly groups: Int32Array;
}

/**
 * Drops copies and tells which of the rows left say nearly the same.
 *
 * - `keep` drops nothing; rows with the same normalised text form a group.
 * - `exact` keeps the first of the rows with the same normalised text.
 * - `near` also drops rows that are annotated alike from Jaccard similarity 0.95 on, and groups rows from 0.8
 *   on.
 */
export function dropDuplicates<Row extends TextOnlyRow>(
  rows: readonly Row[],
  options: DuplicateOptions<Row>,
): DistinctRows<Row> {
  const { duplicates, annotation, published, report, onProgress } = options;
  const { texts = (row: Row) => textsOfItem(itemOf(row)) } = annotation;
  const exact = findExactDuplicates([...published, ...rows], { key: annotation.key, texts });
  const offset = published.length;
  report.warn(...conflictWarnings(exact.conflicts, { annotation, published: new Set(published) }));
  const leaks = rows.filter((_, i) => exact.firstOf[offset + i]! < offset).length;
  if (duplicates === "keep") {
    if (leaks > 0)
      report.warn(`${counted(leaks, "row")} of the test file also in the training rows; the test will look too good`);
    return { rows, groups: exact.firstOf.slice(offset) };
  }
  const distinct = rows.filter((_, i) => exact.firstOf[offset + i] === offset + i);
  const fromTest = leaks === 0 ? "" : `, ${leaks} of them copies of test rows`;
  report.step(
    "exact duplicates",
    `dropped ${counted(rows.length - distinct.length, "copy", "copies")}${fromTest}`,
    distinct.length,
  );
  if (duplicates === "exact") return { rows: distinct, groups: Int32Array.from(distinct, (_, i) => offset + i) };

  const all = [...published, ...distinct];
  const near = findNearDuplicates(all.map(texts), {
    mayCopy: (i, j) => i >= offset && (j < offset || annotation.key(all[i]!) === annotation.key(all[j]!)),
    onProgress,
  });
  const kept = all.map((_, i) => i).filter((i) => i >= offset && near.copyOf[i] === -1);
  const copiesOfTest = near.copyOf.filter((original) => original >= 0 && original < offset).length;
  const groups = Int32Array.from(kept, (i) => near.groupOf[i]!);
  const grouped = groupedRows(groups);
  report.step(
    "near duplicates",
    `dropped ${counted(distinct.length - kept.length, "copy", "copies")} (similarity ≥ ${SAME_TEXT}${
      copiesOfTest === 0 ? "" : `, ${copiesOfTest} of test rows`
    }); ${counted(grouped.rows, "row")} in ${counted(grouped.groups, "group")} of near duplicates (≥ ${SAME_GROUP}) stay together`,
    kept.length,
  );
  const likeTest = groups.filter((group) => group < offset).length;
  if (likeTest > 0) {
    report.warn(
      `${counted(likeTest, "training row")} nearly the same as a row of the test file (similarity ${SAME_GROUP} to ${SAME_TEXT}); kept`,
    );
  }
  return { rows: kept.map((i) => all[i]!), groups };
}

function groupedRows(groups: Int32Array): { rows: number; groups: number } {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const several = [...sizes.values()].filter((size) => size > 1);
  return { rows: several.reduce((a, b) => a + b, 0), groups: several.length };
}

function conflictWarnings<Row extends TextOnlyRow>(
  conflicts: readonly Conflict<Row>[],
  { annotation, published }: { readonly annotation: Annotated<Row>; readonly published: ReadonlySet<Row> },
): string[] {
  // Two rows of a published test file are its maker's business.
  const ours = conflicts.filter(({ copy }) => !published.has(copy));
  if (ours.length === 0) return [];
  const { noun, shown } = annotation;
  const pairs = ours.map(({ kept, copy }) => `${place(copy)} says ${shown(copy)}, ${place(kept)} says ${shown(kept)}`);
  return [
    `${counted(ours.length, "row")} with the text of an earlier row but another ${noun}; the first counts: ${listed(pairs, 3)}`,
  ];
}
