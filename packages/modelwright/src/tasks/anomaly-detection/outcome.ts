import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import { rowItem } from "@modelwright/data";
import type { AnomalyOutcome } from "@modelwright/evaluation";
import type { RowWatcher } from "@modelwright/inference";
import { knownOf, type WatchedTable } from "./rows.ts";

/** A row with what makes it odd. */
export interface OddRow {
  readonly row: number;
  readonly columns: NonNullable<AnswerOf<"anomaly-detection">["columns"]>;
}

/** How odd rows are, and of the oddest why; of a baseline nothing is known of the latter. */
export interface WatchedOutcome extends AnomalyOutcome {
  /** Odder rows first. */
  readonly oddest?: readonly OddRow[];
}

/** Rows that are explained, and columns of each. */
const [EXPLAINED, COLUMNS] = [10, 3];

export async function watchedOutcome(
  model: RowWatcher,
  split: WatchedTable,
  onProgress?: (done: number, total: number) => void,
): Promise<WatchedOutcome> {
  const { frame } = split;
  const found = await model.prepareFrame(frame).run();
  const oddness = Float64Array.from(found, (each) => each.oddness);
  const order = [...oddness.keys()].sort((a, b) => oddness[b]! - oddness[a]!).slice(0, EXPLAINED);
  const explained = await model.predict(
    order.map((row) => rowItem(frame, row)),
    { options: { explain: COLUMNS } },
  );
  onProgress?.(frame.rows, frame.rows);
  return {
    ...flagged(oddness, knownOf(split), model.manifest.threshold),
    oddest: order.map((row, i) => ({ row, columns: explained[i]!.columns! })),
  };
}

/** What a threshold makes of rows. */
export function flagged(
  oddness: Float64Array,
  known: Int8Array,
  threshold: Pick<ManifestOf<"anomaly-detection">["threshold"], "oddness" | "share">,
): AnomalyOutcome {
  const isFlagged = Uint8Array.from(oddness, (value) => Number(value > threshold.oddness));
  return { known, oddness, flagged: isFlagged, expected: threshold.share };
}
