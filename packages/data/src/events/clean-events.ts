import { counted, type ReportBuilder } from "../report-builder.ts";
import type { EventRow } from "./event-rows.ts";

/** What becomes of events that say little. */
export interface EventCleaning {
  /** Of the events of one user and item. */
  readonly repeated: "last" | "first" | "keep";
  readonly minPerUser: number;
  readonly minPerItem: number;
}

/** Drops repeated events, and users and items with few, until none is left; each step is told. */
export function cleanEvents(
  rows: readonly EventRow[],
  { repeated, minPerUser, minPerItem }: EventCleaning,
  report: ReportBuilder,
): EventRow[] {
  let kept = repeated === "keep" ? [...rows] : withoutRepeats(rows, repeated);
  if (repeated !== "keep") {
    const dropped = rows.length - kept.length;
    report.step(
      "repeated events",
      `kept the ${repeated} of each user and item, dropped ${counted(dropped, "event")}`,
      kept.length,
    );
  }
  for (;;) {
    const before = kept.length;
    kept = withEnough(kept, "user", { least: minPerUser, report });
    kept = withEnough(kept, "item", { least: minPerItem, report });
    if (kept.length === before) return kept;
  }
}

/** Of events of one moment, or without a time, the order of the table says which is the later one. */
function withoutRepeats(rows: readonly EventRow[], which: "last" | "first"): EventRow[] {
  const chosen = new Map<string, number>();
  for (const [row, { user, item, time = 0 }] of rows.entries()) {
    const key = JSON.stringify([user, item]);
    const other = chosen.get(key);
    const isLater = other === undefined || time >= (rows[other]!.time ?? 0);
    if (other === undefined || isLater === (which === "last")) chosen.set(key, row);
  }
  return [...chosen.values()].sort((a, b) => a - b).map((row) => rows[row]!);
}

function withEnough(
  rows: EventRow[],
  role: "user" | "item",
  { least, report }: { readonly least: number; readonly report: ReportBuilder },
): EventRow[] {
  if (least === 1) return rows;
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row[role], (counts.get(row[role]) ?? 0) + 1);
  const few = [...counts.values()].filter((count) => count < least).length;
  if (few === 0) return rows;
  const kept = rows.filter((row) => counts.get(row[role])! >= least);
  const dropped = counted(rows.length - kept.length, "event");
  report.step(
    `${role}s with few events`,
    `dropped ${counted(few, role)} with fewer than ${least}: ${dropped}`,
    kept.length,
  );
  return kept;
}
