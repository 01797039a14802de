import type { TextClassificationRecipe } from "@modelwright/contracts";
import { counted, listed, place, type ReportBuilder } from "../report-builder.ts";
import type { TextRow } from "../text-row.ts";
import { findExactDuplicates } from "./exact-duplicates.ts";
import { findNearDuplicates, SAME_GROUP, SAME_TEXT } from "./near-duplicates.ts";

export interface DuplicateOptions {
  readonly duplicates: TextClassificationRecipe["data"]["clean"]["duplicates"];
  /** Rows of a published test file: never dropped; a row that copies one of them is. */
  readonly published: readonly TextRow[];
  readonly report: ReportBuilder;
  readonly onProgress: (done: number, total: number) => void;
}

export interface DistinctRows {
  readonly rows: readonly TextRow[];
  /** One number a row: rows that share it say nearly the same and belong in one split. */
  readonly groups: Int32Array;
}

/**
 * Drops copies and tells which of the rows left say nearly the same.
 *
 * - `keep` drops nothing; rows with the same normalised text form a group.
 * - `exact` keeps the first of the rows with the same normalised text.
 * - `near` also drops rows of the same label from Jaccard similarity 0.95 on, and groups rows from 0.8 on.
 */
export function dropDuplicates(rows: readonly TextRow[], options: DuplicateOptions): DistinctRows {
  const { duplicates, published, report, onProgress } = options;
  const exact = findExactDuplicates([...published, ...rows]);
  const offset = published.length;
  report.warn(...conflictWarnings(exact.conflicts, new Set(published)));
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
  if (duplicates === "exact") return { rows: distinct, groups: Int32Array.from(distinct, (_, i) => i) };

  const all = [...published, ...distinct];
  const near = findNearDuplicates(
    all.map((row) => row.text),
    {
      mayCopy: (i, j) => i >= offset && (j < offset || all[i]!.label === all[j]!.label),
      onProgress,
    },
  );
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

function conflictWarnings(
  conflicts: ReturnType<typeof findExactDuplicates>["conflicts"],
  published: ReadonlySet<TextRow>,
): string[] {
  // Two rows of a published test file are its maker's business.
  const ours = conflicts.filter(({ copy }) => !published.has(copy));
  if (ours.length === 0) return [];
  const pairs = ours.map(
    ({ kept, copy }) => `${place(copy)} says "${copy.label}", ${place(kept)} says "${kept.label}"`,
  );
  return [
    `${counted(ours.length, "row")} with the text of an earlier row but another label; the first counts: ${listed(pairs, 3)}`,
  ];
}
