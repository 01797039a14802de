import type { AnyTask, PreparedData } from "../../tasks/task.ts";
import type { CrossValidation } from "./cross-validate.ts";
import type { RowDoubt } from "./row-doubt.ts";

/**
 * The labels of all rows that models answered for which had not seen them, the least fitting first; of repeats the first one counts.
 *
 * @returns Undefined for a task without labels.
 */
export function labelDoubts(
  { family, texts }: AnyTask,
  { development: { rows, division } }: PreparedData<unknown>,
  { folds }: CrossValidation,
): readonly RowDoubt[] | undefined {
  if (family.doubts === undefined) return undefined;
  const first = folds.filter(({ repeat }) => repeat === 1);
  const held = first.flatMap((fold) => [...fold.held]);
  const said = texts(rows);
  return family.doubts(family.join(first.map(({ outcome }) => outcome))).map(({ unit, ...doubt }) => {
    const row = held[unit]!;
    return { ...doubt, place: division.places[row]!, id: division.ids[row]!, text: said[row]! };
  });
}
