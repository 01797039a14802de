import type { BackupContent } from "@modelwright/registry";
import { moment } from "./moment.ts";
import { bytes, counted } from "./quantities.ts";

/** `4 runs, 3 versions and 1 artifact (12 MB), as of 2026-11-28 06:30, copied`. */
export function backupText({ summary, versions, artifacts, sizeBytes }: BackupContent): string {
  const runs = counted(summary.tables.runs?.rows ?? 0, "run");
  const files = `${counted(versions, "version")} and ${counted(artifacts, "artifact")} (${bytes(sizeBytes)})`;
  return `${runs}, ${files}, as of ${moment(summary.createdAt)}, copied`;
}
