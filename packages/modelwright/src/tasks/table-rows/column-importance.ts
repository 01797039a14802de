import { type Column, type Frame, seededRandom, shuffle, takeRows } from "@modelwright/data";
import type { TableProblem } from "./learner.ts";
import { predictParts } from "./predict-parts.ts";
import { tableLoss } from "./table-loss.ts";
import type { TablePart } from "./table-part.ts";

/** How much a model leans on a column. */
export interface ImportantColumn {
  readonly name: string;
  /** By how much the loss of validation rows rises when the values of the column are shuffled among them; the mean of all shuffles. */
  readonly rise: number;
  /** 95 % interval of the rise over rows (normal). */
  readonly low: number;
  readonly high: number;
}

/** Shuffles of each column at most, and of all columns together where they are many: each asks all models about all rows. */
const SHUFFLES = 5;
const ALL_SHUFFLES = 150;
/** Rows at most: more change the third digit. */
const MOST_ROWS = 2000;
const Z = 1.959964;

/**
 * Permutation importance (Breiman 2001, "Random forests"; Fisher, Rudin & Dominici 2019) on validation rows: of squared error where numbers are
 * predicted, of log loss otherwise. Columns that say nearly the same share what they tell, so that each of them may seem to be of little use.
 *
 * @returns The columns that the model reads, the most telling first.
 */
export async function columnImportance(
  parts: readonly Pick<TablePart, "model" | "weight">[],
  { validation, recipe }: TableProblem,
): Promise<ImportantColumn[]> {
  const random = seededRandom(recipe.train.seed, 0x1337);
  const all = Int32Array.from({ length: validation.frame.rows }, (_, row) => row);
  const chosen = all.length <= MOST_ROWS ? all : shuffle(all, random).slice(0, MOST_ROWS).sort();
  const frame = takeRows(validation.frame, chosen);
  const targets =
    validation.targets.kind === "numbers"
      ? { kind: "numbers" as const, actual: Float64Array.from(chosen, (row) => validation.targets.actual[row]!) }
      : { ...validation.targets, actual: Int32Array.from(chosen, (row) => validation.targets.actual[row]!) };
  const loss = tableLoss(targets);
  const whole = loss.ofRows(await predictParts(parts, frame));
  const read = new Set(
    parts.flatMap(({ model }) => model.features.flatMap(({ inputs }) => inputs.map(({ name }) => name))),
  );
  const columns = frame.columns.filter(({ name }) => read.has(name));
  const shuffles = Math.max(1, Math.min(SHUFFLES, Math.floor(ALL_SHUFFLES / columns.length)));
  const important: ImportantColumn[] = [];
  for (const column of columns) {
    const rises = new Float64Array(frame.rows);
    for (let time = 0; time < shuffles; time++) {
      const order = shuffle(Int32Array.from(chosen.keys()), random);
      const shuffled = loss.ofRows(await predictParts(parts, withShuffled(frame, column, order)));
      for (let row = 0; row < rises.length; row++) rises[row]! += (shuffled[row]! - whole[row]!) / shuffles;
    }
    const rise = rises.reduce((sum, each) => sum + each, 0) / rises.length;
    const spread = rises.reduce((sum, each) => sum + (each - rise) ** 2, 0) / Math.max(1, rises.length - 1);
    const error = Z * Math.sqrt(spread / rises.length);
    important.push({ name: column.name, rise, low: rise - error, high: rise + error });
  }
  return important.sort((a, b) => b.rise - a.rise);
}

function withShuffled(frame: Frame, column: Column, order: Int32Array): Frame {
  const [shuffled] = takeRows({ rows: frame.rows, columns: [column] }, order).columns;
  return { ...frame, columns: frame.columns.map((each) => (each === column ? shuffled! : each)) };
}
