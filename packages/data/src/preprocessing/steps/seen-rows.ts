import { type GraphBuilder, tensor, type Value } from "@modelwright/engine";

/** Rows as steps see them that tell missing values by other columns. */
export interface SeenRows {
  /** Numbers of about the size 1 of all columns, `[rows, width]`; NaN where one is missing. */
  readonly numbers: Float32Array;
  readonly width: number;
  /** Training rows, likewise. Absent: nothing is told by near rows. */
  readonly references?: Float32Array | undefined;
}

/** The same in a graph. */
export interface SeenValues {
  /** float64 `[batch, width]`, 0 where one is missing: the mean of the training rows. */
  readonly numbers: Value;
  /** How far each training row is, float64 `[batch, references]`, as `distancesOf` has it. */
  readonly distances?: Value | undefined;
}

/** Training rows that new ones are compared with at most. */
export const MOST_REFERENCES = 1000;
/** The distance of rows that have no number both. */
export const FAR = 1e300;
/** Squares of distances are rounded to 1 / this: what is equal in exact arithmetic is then equal here and in the graph. */
const GRID = 1e6;

/**
 * How far a row is from each reference: squares over the numbers that both have, times all numbers over those
 * (Dixon 1979, "Pattern recognition with partly missing data"; scikit-learn's `nan_euclidean_distances`), in
 * millionths.
 */
export function distancesOf({ numbers, width, references }: SeenRows, row: number): Float64Array {
  const count = references!.length / width;
  return Float64Array.from({ length: count }, (_, reference) => {
    let [sum, shared] = [0, 0];
    for (let j = 0; j < width; j++) {
      const apart = numbers[row * width + j]! - references![reference * width + j]!;
      if (Number.isNaN(apart)) continue;
      sum += apart * apart;
      shared++;
    }
    return shared === 0 ? FAR : Math.round(((sum * width) / shared) * GRID);
  });
}

/**
 * What steps look at, in a graph.
 *
 * @param numbers float32 `[batch, width]`.
 * @param references As in `SeenRows`.
 */
export function compileSeen(
  b: GraphBuilder,
  numbers: Value,
  { width, references }: Pick<SeenRows, "width" | "references">,
): SeenValues {
  const rows = filled(b, numbers);
  if (references === undefined) return { numbers: rows.numbers };
  const count = references.length / width;
  const columns = Float32Array.from(references, (_, at) => references[(at % count) * width + Math.floor(at / count)]!);
  const others = filled(b, b.initializer(b.scoped("references"), tensor("float32", [width, count], columns)));
  const square = (value: Value) => b.op("Mul", [value, value]);
  const scalar = (value: number) => b.constant("float64", [], [value]);
  // Σ (x − y)² over what both have, as one product: x²·has(y) − 2·x·y + has(x)·y².
  const left = b.op("Concat", [square(rows.numbers), rows.numbers, rows.has], { axis: 1 });
  const right = b.op("Concat", [others.has, b.op("Mul", [others.numbers, scalar(-2)]), square(others.numbers)], {
    axis: 0,
  });
  const squares = b.op("Max", [b.op("MatMul", [left, right]), scalar(0)]); // [batch, references]
  const shared = b.op("MatMul", [rows.has, others.has]);
  const isNear = b.op("Greater", [shared, scalar(0.5)]);
  const mean = b.op("Div", [b.op("Mul", [squares, scalar(width)]), b.op("Max", [shared, scalar(1)])]);
  const distances = b.op("Where", [isNear, b.op("Round", [b.op("Mul", [mean, scalar(GRID)])]), scalar(FAR)]);
  return { numbers: rows.numbers, distances };
}

/** float64, 0 where a number is missing, and whether it is there, 1 or 0. */
function filled(b: GraphBuilder, x: Value): { readonly numbers: Value; readonly has: Value } {
  const isMissing = b.op("IsNaN", [x]);
  return {
    numbers: b.op("Cast", [b.op("Where", [isMissing, b.scalar(0), x])], { to: FLOAT64 }),
    has: b.op("Cast", [b.op("Not", [isMissing])], { to: FLOAT64 }),
  };
}

export const FLOAT64 = 11;
export const FLOAT32 = 1;
