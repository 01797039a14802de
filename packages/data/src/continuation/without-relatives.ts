import { counted, type ReportBuilder } from "../report-builder.ts";
import type { RowOrigin } from "../roles/read-rows.ts";
import { rowGroups } from "../splits/row-groups.ts";

/**
 * Leaves out rows that belong together with a row held out: nearly copies of it, or of its group.
 *
 * @param options.nearDuplicates As `DistinctRows` has it, the rows held out being the published ones.
 */
export function withoutRelatives<Row extends RowOrigin>(
  rows: readonly Row[],
  options: {
    readonly held: readonly Row[];
    readonly nearDuplicates: Int32Array;
    readonly together: ((row: Row) => string) | undefined;
    readonly report: ReportBuilder;
  },
): readonly number[] {
  const { held, nearDuplicates, together, report } = options;
  const groups = rowGroups([...held, ...rows], Int32Array.from([...held.keys(), ...nearDuplicates]), together);
  const tested = new Set(groups.subarray(0, held.length));
  const kept = [...rows.keys()].filter((row) => !tested.has(groups[held.length + row]!));
  const relatives = rows.length - kept.length;
  if (relatives > 0) {
    const detail = `left out ${counted(relatives, "row")} that belong together with rows held out`;
    report.step("held out", detail, kept.length);
  }
  return kept;
}
