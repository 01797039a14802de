import type { Development, Fold } from "./prepared-data.ts";
import { foldRows } from "./splits/fold-rows.ts";

/**
 * Divides prepared rows for cross-validation: each row validates once and trains in all other folds, in the
 * order of the source. Rows that say nearly the same or share a group stay together; the test rows stay where
 * they are.
 *
 * @param options.folds At least 2.
 */
export function crossValidation<Row>(
  { rows, groups, strata }: Development<Row>,
  { folds, seed }: { readonly folds: number; readonly seed: number },
): readonly Fold<Row>[] {
  return foldRows({ strata, groups, folds, seed }).map((fold) => {
    const aside = new Set(fold);
    return { train: rows.filter((_, i) => !aside.has(i)), validation: fold.map((i) => rows[i]!) };
  });
}
