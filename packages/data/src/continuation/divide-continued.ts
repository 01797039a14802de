import { createHash } from "node:crypto";
import { type DividedRows, divideRows } from "../splits/divide-rows.ts";
import { type Division, type SplitSettings, takeDivision } from "../splits/division.ts";

/** Of the digest that places a row. */
const BITS = 48;

/** A share of rows to validate on beyond which too few are learnt from. */
const MOST_VALIDATION = 0.5;

/**
 * Divides rows that continue earlier ones into those to train on and those to validate on; the test rows are no part of
 * them.
 *
 * The rows of the source are divided as the recipe says. A row that came back goes where rows of the source go that
 * belong together with it; otherwise where the SHA-256 of seed and key falls, for it may have neither the time nor the
 * name of a split by which the others are divided, and so it keeps its place when more come back.
 *
 * @param options.isFed Whether a row came back.
 */
export function divideContinued(
  division: Division,
  settings: SplitSettings,
  { isFed }: { readonly isFed: (row: number) => boolean },
): DividedRows {
  const { groups, keys } = division;
  // The recipe means a share of all rows, those held out included.
  const validation = Math.min(settings.validation / (1 - settings.test), MOST_VALIDATION);
  const own = [...groups.keys()].filter((row) => !isFed(row));
  const { split, how, warnings } = divideRows(takeDivision(division, own), { ...settings, test: 0, validation });
  const train = split.train.map((place) => own[place]!);
  const validated = split.validation.map((place) => own[place]!);
  const learnt = new Set(train.map((row) => groups[row]!));
  const steering = new Set(validated.map((row) => groups[row]!));
  for (const [row, group] of groups.entries()) {
    if (!isFed(row)) continue;
    const isFree = !learnt.has(group) && !steering.has(group);
    const validates = isFree ? placeOf(`${settings.seed}\0${keys[row]!}`) < validation : steering.has(group);
    (validates ? validated : train).push(row);
    (validates ? steering : learnt).add(group);
  }
  const ascending = (rows: readonly number[]) => rows.toSorted((a, b) => a - b);
  return { split: { train: ascending(train), validation: ascending(validated), test: [] }, how, warnings };
}

function placeOf(key: string): number {
  return (
    createHash("sha256")
      .update(key)
      .digest()
      .readUIntBE(0, BITS / 8) /
    2 ** BITS
  );
}
