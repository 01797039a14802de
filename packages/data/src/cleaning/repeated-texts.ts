import { ModelwrightError } from "@modelwright/contracts";
import { counted } from "../report-builder.ts";

/** Rows before and after repeated texts were dropped. */
export interface RepeatedTexts {
  readonly file: string;
  readonly column: string;
  readonly rows: number;
  /** Texts that differ. */
  readonly different: number;
}

/** So few texts in so many rows are values of a category, or forms that repeat. */
const FEW_TEXTS = 20;
const ROWS_PER_TEXT = 10;

/** Warns where half of the rows or more repeat a text. */
export function repetitionWarnings({ column, rows, different }: RepeatedTexts): string[] {
  const repeated = rows - different;
  if (2 * repeated < rows) return [];
  const isDoubtful = different <= FEW_TEXTS && different * ROWS_PER_TEXT <= rows;
  const doubt = isDoubtful
    ? `; is "${column}", with ${counted(different, "different text")}, the column that holds the text?`
    : "; if texts repeat on purpose, set data.clean.duplicates: keep";
  return [`${counted(repeated, "row")} of ${rows.toLocaleString("en-US")} repeat the text of another row${doubt}`];
}

/**
 * Runs a check on the rows that are left, and where it fails for the lack of those that were dropped, says that.
 *
 * @param check.left Of the rows that are left.
 * @param check.all The same of all rows.
 * @throws {ModelwrightError} `DATA_ROWS_REPEATED` with the failure as its cause; what `left` throws.
 */
export function blamingRepeats<Found>(
  repeats: RepeatedTexts,
  check: { readonly left: () => Found; readonly all: () => unknown },
): Found {
  try {
    return check.left();
  } catch (error) {
    if (2 * repeats.different > repeats.rows || !passes(check.all)) throw error;
    throw new ModelwrightError("DATA_ROWS_REPEATED", repeats, { cause: error });
  }
}

function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
