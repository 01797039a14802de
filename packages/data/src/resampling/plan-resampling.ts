import { type SeededRandom, seededRandom, shuffle } from "../splits/seeded-random.ts";

/** How labels are given as many rows each. */
export interface ResampleSettings {
  /** over: rows of rarer classes are drawn again; under: rows of more frequent ones leave; smote: new rows are made. */
  readonly by: "over" | "under" | "smote";
  /** Of smote: the nearest rows of its class towards which a row's new ones lie. */
  readonly neighbours: number;
  readonly seed: number;
}

/** Numbers of rows by which it is told which are near. */
export interface DistanceSpace {
  /** `[rows, width]`; what is missing in one of two rows does not part them. */
  readonly numbers: Float32Array;
  /** How much a square counts, `[width]`. */
  readonly weights: Float64Array;
}

/** A row that is made between two of its class. */
export interface MadeRow {
  readonly from: number;
  readonly to: number;
  /** How far it lies from the one to the other, in [0, 1). */
  readonly gap: number;
  /** The rows nearest to the first, nearest first. */
  readonly near: readonly number[];
}

/** Rows to learn from, all classes as often as each other. */
export interface ResamplingPlan {
  /** Rows as they stand; one may stand more than once. */
  readonly rows: Int32Array;
  /** What is made beside them. */
  readonly made: readonly MadeRow[];
}

/** Rows of a class among which the nearest are looked for: of more, some are drawn. */
const MOST_CANDIDATES = 2000;
/** Places between two rows. */
const GAPS = 2 ** 32;

/**
 * Balances classes. SMOTE is that of Chawla et al. 2002, "SMOTE: synthetic minority over-sampling technique": each row of a
 * rarer class in turn is the beginning of a new one, on the way to one of its nearest rows of the class.
 *
 * @param codes The class of each row; a class without rows gets none.
 * @param space Asked for by smote alone.
 */
export function planResampling(
  codes: Int32Array,
  { by, neighbours, seed }: ResampleSettings,
  space: DistanceSpace,
): ResamplingPlan {
  const random = seededRandom(seed, 0x5307e);
  const classes = rowsByClass(codes);
  const sizes = classes.map(({ length }) => length);
  if (by === "under") {
    const least = Math.min(...sizes);
    const kept = classes.flatMap((rows) => [...shuffle(Int32Array.from(rows), random).slice(0, least)]);
    return { rows: Int32Array.from(kept).sort(), made: [] };
  }
  const most = Math.max(...sizes);
  const all = [...codes.keys()];
  if (by === "over") {
    const drawn = classes.flatMap((rows) =>
      Array.from({ length: most - rows.length }, () => rows[random.below(rows.length)]!),
    );
    return { rows: Int32Array.from([...all, ...drawn]), made: [] };
  }
  const made = classes.flatMap((rows) => {
    return makeRows(rows, most - rows.length, { neighbours, space, random });
  });
  return { rows: Int32Array.from(all), made };
}

/** The rows of each class that has some. */
function rowsByClass(codes: Int32Array): readonly (readonly number[])[] {
  const classes = new Map<number, number[]>();
  for (const [row, code] of codes.entries()) {
    const rows = classes.get(code);
    if (rows === undefined) classes.set(code, [row]);
    else rows.push(row);
  }
  return [...classes.keys()].sort((a, b) => a - b).map((code) => classes.get(code)!);
}

function makeRows(
  rows: readonly number[],
  count: number,
  {
    neighbours,
    space,
    random,
  }: { readonly neighbours: number; readonly space: DistanceSpace; readonly random: SeededRandom },
): MadeRow[] {
  if (count === 0) return [];
  if (rows.length <= neighbours) throw new Error(`${rows.length} rows have no ${neighbours} neighbours`);
  const order = shuffle(Int32Array.from(rows), random);
  const candidates = order.length <= MOST_CANDIDATES ? order : shuffle(order.slice(), random).slice(0, MOST_CANDIDATES);
  const known = new Map<number, readonly number[]>();
  return Array.from({ length: count }, (_, i) => {
    const from = order[i % order.length]!;
    const near = known.get(from) ?? nearestRows(from, candidates, { neighbours, space });
    known.set(from, near);
    return { from, to: near[random.below(near.length)]!, gap: random.below(GAPS) / GAPS, near };
  });
}

function nearestRows(
  from: number,
  candidates: Int32Array,
  { neighbours, space }: { readonly neighbours: number; readonly space: DistanceSpace },
): readonly number[] {
  const apart = (row: number) => squaredDistance(space, from, row);
  const others = Array.from(candidates, (row) => ({ row, distance: apart(row) })).filter(({ row }) => row !== from);
  return others
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
    .slice(0, neighbours)
    .map(({ row }) => row);
}

/** The squared distance of two rows. */
export function squaredDistance({ numbers, weights }: DistanceSpace, one: number, other: number): number {
  const width = weights.length;
  let sum = 0;
  for (let j = 0; j < width; j++) {
    const apart = numbers[one * width + j]! - numbers[other * width + j]!;
    if (!Number.isNaN(apart)) sum += weights[j]! * apart * apart;
  }
  return sum;
}
