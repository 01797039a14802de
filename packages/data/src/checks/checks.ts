import { type Check, type Finding, SEVERITIES } from "./check.ts";
import { checkedTable, type TableToCheck } from "./checked-table.ts";
import { conflictingLabels } from "./conflicting-labels.ts";
import { constantColumns } from "./constant-columns.ts";
import { drift } from "./drift.ts";
import { duplicateColumns } from "./duplicate-columns.ts";
import { duplicateRows } from "./duplicate-rows.ts";
import { idLikeColumns } from "./id-like-columns.ts";
import { languageMixture } from "./language-mixture.ts";
import { missingValues } from "./missing-values.ts";
import { mixedSpellings } from "./mixed-spellings.ts";
import { mojibakeTexts } from "./mojibake-texts.ts";
import { nearDuplicateTexts } from "./near-duplicate-texts.ts";
import { outliers } from "./outliers.ts";
import { personalData } from "./personal-data.ts";
import { rareLabels } from "./rare-labels.ts";
import { repeatedInTest } from "./repeated-in-test.ts";
import { targetLeakage } from "./target-leakage.ts";
import { timeLeakage } from "./time-leakage.ts";
import { unfitValues } from "./unfit-values.ts";

/** Everything that is looked for in a table, in the order of what it costs to overlook it. A new check is a row here. */
export const CHECKS = {
  "repeated-in-test": repeatedInTest,
  "target-leakage": targetLeakage,
  "time-leakage": timeLeakage,
  drift,
  "conflicting-labels": conflictingLabels,
  "rare-labels": rareLabels,
  "unfit-values": unfitValues,
  "mixed-spellings": mixedSpellings,
  mojibake: mojibakeTexts,
  "personal-data": personalData,
  "language-mixture": languageMixture,
  "duplicate-rows": duplicateRows,
  "near-duplicate-texts": nearDuplicateTexts,
  "missing-values": missingValues,
  outliers,
  "constant-columns": constantColumns,
  "duplicate-columns": duplicateColumns,
  "id-like-columns": idLikeColumns,
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;

/** A finding with the check that found it, and what to do. */
export interface CheckFinding extends Finding {
  readonly check: CheckName;
  readonly cure: string;
}

/**
 * Runs every check on a table.
 *
 * @param onCheck Told before each check, by its number from 0.
 * @returns The gravest first.
 */
export function checkTable(
  table: TableToCheck,
  onCheck: (name: CheckName, done: number, all: number) => void = () => {},
): CheckFinding[] {
  const { whole } = table;
  const checked = checkedTable(table);
  const checkedWhole = whole === undefined ? checked : checkedTable({ ...table, profile: whole });
  const names = Object.keys(CHECKS) as CheckName[];
  const found = names.flatMap((check, i): CheckFinding[] => {
    onCheck(check, i, names.length);
    const { find, cure, of }: Check = CHECKS[check];
    return find(of === "profile" ? checkedWhole : checked).map((finding) => ({ check, cure, ...finding }));
  });
  return found.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
