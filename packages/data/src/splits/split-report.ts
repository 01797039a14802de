import { ModelwrightError } from "@modelwright/contracts";
import type { PreparedRows } from "../prepared-data.ts";
import { counted } from "../report-builder.ts";
import type { RowOrigin } from "../roles/read-rows.ts";
import type { SplitSettings } from "./division.ts";
import { SPLIT_NAMES, type SplitName } from "./split-names.ts";
import type { Split } from "./split-rows.ts";

/** On fewer rows a measured share may be off by tens of percent: ± 22 of 100 at 0.5 of 20 (Wald, 95 %). */
const LEAST_TEST_ROWS = 20;

/** A warning of a test split that tells little. */
export function smallTestWarnings(rows: number, { published }: { readonly published: boolean }): string[] {
  if (rows >= LEAST_TEST_ROWS) return [];
  const advice = published ? "give a test file with more" : "add rows, or raise data.split.test";
  return [`only ${counted(rows, "row")} to test on: what is measured there may be far off; ${advice}`];
}

/** @throws {ModelwrightError} `DATA_SPLIT_EMPTY` for the first of the wanted splits without a row. */
export function checkNotEmpty(
  split: Split,
  { file, rows, wanted }: { readonly file: string; readonly rows: number; readonly wanted: readonly (keyof Split)[] },
): void {
  for (const name of wanted) {
    if (split[name].length > 0) continue;
    throw new ModelwrightError("DATA_SPLIT_EMPTY", { file, split: name, rows });
  }
}

/** What was divided and how, in one line of a report. */
export function splitDetail(
  splits: Pick<PreparedRows<RowOrigin>, SplitName>,
  {
    by = "random",
    stratify,
    stratum,
    how,
  }: Pick<SplitSettings, "by" | "stratify"> & { readonly stratum?: string | undefined; readonly how: string },
): string {
  const sizes = SPLIT_NAMES.map((name) => `${name} ${splits[name].length.toLocaleString("en-US")}`).join(", ");
  const stratified = by === "random" && stratify && stratum !== undefined ? `stratified by ${stratum}, ` : "";
  return `${sizes} (${stratified}${how})`;
}
