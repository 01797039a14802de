import { ModelwrightError } from "@modelwright/contracts";
import type { ReportBuilder } from "../report-builder.ts";
import type { RowOrigin } from "../roles/read-rows.ts";

export interface LabelRules<Row> {
  readonly labelsOf: (row: Row) => readonly string[];
  readonly file: string;
  readonly minRowsPerLabel: number;
  /** Rows that a label needs on average: one for each split that is made of these rows. */
  readonly splits: number;
  /** Whether there is something to learn where every row has the one label there is: where it stands. Default false. */
  readonly mayBeOne?: boolean;
}

/**
 * Checks that there is something to learn and enough to split, and gives the labels, sorted.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_SINGLE_LABEL`, `DATA_TOO_FEW_ROWS`, `DATA_LABEL_TOO_SMALL`.
 */
export function checkLabels<Row extends RowOrigin>(rows: readonly Row[], rules: LabelRules<Row>): string[] {
  const { file, minRowsPerLabel, splits, labelsOf, mayBeOne = false } = rules;
  const counts = new Map<string, { rows: number; first: Row }>();
  for (const row of rows) {
    for (const label of labelsOf(row)) {
      const known = counts.get(label);
      counts.set(label, { rows: (known?.rows ?? 0) + 1, first: known?.first ?? row });
    }
  }
  const labels = [...counts.keys()].sort();
  const [only] = labels;
  if (only === undefined) throw new ModelwrightError("DATA_EMPTY", { file, problem: "no row has a label" });
  const needed = labels.length * splits;
  if (!mayBeOne && labels.length === 1 && counts.get(only)!.rows === rows.length) {
    throw new ModelwrightError("DATA_SINGLE_LABEL", { file, label: only, rows: rows.length });
  }
  if (rows.length < needed) {
    throw new ModelwrightError("DATA_TOO_FEW_ROWS", { file, rows: rows.length, needed, labels: labels.length });
  }
  const small = labels
    .map((label) => ({ label, ...counts.get(label)! }))
    .filter((label) => label.rows < minRowsPerLabel)
    .map(({ label, rows: count, first }) => ({
      label,
      rows: count,
      first: `${first.origin.file}:${first.origin.line}`,
    }));
  if (small.length > 0) {
    throw new ModelwrightError("DATA_LABEL_TOO_SMALL", { file, labels: small, minimum: minRowsPerLabel });
  }
  return labels;
}

/** Warns of labels that look like one. */
export function warnOfLookAlikes(labels: readonly string[], report: ReportBuilder): void {
  for (const alike of lookAlikeLabels(labels)) {
    report.warn(`labels that look like one: ${alike.map((label) => `"${visible(label)}"`).join(", ")}`);
  }
}

/** What is not seen in a line: format characters, and white space other than the space. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|\p{Cf}|\p{Cc}|(?! )\s/gu;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** Unseen characters as their numbers. */
function visible(label: string): string {
  return label.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/**
 * Labels that a person would read as one: they differ in case, white space, unseen characters, Unicode form, or in how
 * a number is spelt.
 */
function lookAlikeLabels(labels: readonly string[]): string[][] {
  const byForm = new Map<string, string[]>();
  for (const label of labels) {
    const form = readAs(label);
    byForm.set(form, [...(byForm.get(form) ?? []), label]);
  }
  return [...byForm.values()].filter((alike) => alike.length > 1);
}

function readAs(label: string): string {
  const text = label
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .replace(UNSEEN, "")
    .trim();
  const number = label.trim();
  return DECIMAL.test(number) ? String(Number(number)) : text;
}
