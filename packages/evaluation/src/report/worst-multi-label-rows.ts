import type { MultiLabelOutcome } from "../metrics/multi-label-outcome.ts";
import { prepareMultiLabel } from "../metrics/prepared-multi-label.ts";
import { fallingOrder } from "../metrics/ranking.ts";

/** Rows with a wrong label, those first whose labels have the greatest mean loss. */
export function worstMultiLabelRows(outcome: MultiLabelOutcome, limit = 20): number[] {
  const { losses, wrong } = prepareMultiLabel(outcome);
  return Array.from(fallingOrder(losses))
    .filter((row) => wrong[row]! > 0)
    .slice(0, limit);
}
