import { ModelwrightError } from "@modelwright/contracts";
import { counted, type ReportBuilder } from "../report-builder.ts";
import { seededRandom, shuffle } from "../splits/seeded-random.ts";
import type { EventRow } from "./event-rows.ts";

/**
 * Draws users, each with all events: of a part of their events nothing could be told of what they choose next. One who does not fit any more is
 * passed over.
 *
 * @param options.limit Events at most.
 * @throws {ModelwrightError} `DATA_EMPTY` where there is no room for two.
 */
export function limitEvents(
  rows: readonly EventRow[],
  { limit, seed, file }: { readonly limit: number; readonly seed: number; readonly file: string },
  report: ReportBuilder,
): readonly EventRow[] {
  if (rows.length <= limit) return rows;
  const counts = new Map<string, number>();
  for (const { user } of rows) counts.set(user, (counts.get(user) ?? 0) + 1);
  const chosen = new Set<string>();
  let taken = 0;
  for (const user of shuffle([...counts.keys()].sort(), seededRandom(seed))) {
    const own = counts.get(user)!;
    if (taken + own > limit) continue;
    taken += own;
    chosen.add(user);
  }
  if (chosen.size < 2) {
    const problem = `data.limit, ${limit}, leaves no room for two users with all events of theirs`;
    throw new ModelwrightError("DATA_EMPTY", { file, problem });
  }
  report.step(
    "limit",
    `drew ${counted(chosen.size, "user")} of ${counts.size.toLocaleString("en-US")}, with all events of theirs (seed ${seed})`,
    taken,
  );
  return rows.filter(({ user }) => chosen.has(user));
}
