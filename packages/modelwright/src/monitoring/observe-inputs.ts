import type { ItemOf, TaskName } from "@modelwright/contracts";
import { maskPersonalData } from "@modelwright/inference";
import type { InputContext, Monitoring, ObservedColumns } from "../tasks/monitoring/monitoring.ts";

type Item = ItemOf<TaskName>;

/** What was observed of items. */
export interface ObservedInputs {
  /** Which items, by their places: what was masked may be no number any more, so that a row is left out. */
  readonly places: readonly number[];
  readonly columns: ObservedColumns;
}

/** Observes items, of test rows as of traffic, with personal data masked: that of recorded items is. */
export function observeInputs(
  { inputs }: Pick<Monitoring<TaskName, unknown>, "inputs">,
  items: readonly Item[],
  context: InputContext<TaskName>,
): ObservedInputs {
  if (items.length === 0) return { places: [], columns: {} };
  const masked = items.map((item) => maskPersonalData(item as never) as Item);
  const observed = (some: readonly Item[]): ObservedColumns | undefined => {
    try {
      return inputs(some, context);
    } catch {
      return undefined;
    }
  };
  const places = [...masked.keys()];
  const columns = observed(masked);
  if (columns !== undefined) return { places, columns };
  const fit = places.filter((place) => observed([masked[place]!]) !== undefined);
  const some = fit.map((place) => masked[place]!);
  return { places: fit, columns: fit.length === 0 ? {} : inputs(some, context) };
}
