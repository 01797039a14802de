import { fitFeatures, seededRandom, shuffle, takeRows } from "@modelwright/data";
import { DTYPES, type GraphBuilder, tensor, type Value } from "@modelwright/engine";
import { ALL_TOGETHER, type Detector } from "./detector.ts";

/** Groups of drawn rows, and rows of each: few, so that anomalies that are like one another are seldom near one of their own. */
const [GROUPS, ROWS_PER_GROUP] = [32, 16];
/** Distances this small are none. */
const LEAST_SQUARE = 1e-12;

/**
 * The logarithm of the distance to the nearest of a few drawn rows, the mean of many draws (Pang, Ting & Albrecht, "LeSiNN", ICDM workshop 2015; Sugiyama &
 * Borgwardt, "Rapid distance-based outlier detection via sampling", NeurIPS 2013).
 */
export const nearestNeighbours: Detector = {
  title: "distance to the nearest of a few training rows",
  fit: async ({ train, recipe }, { onProgress, shouldStop }) => {
    if (shouldStop()) return undefined;
    const features = fitFeatures(train, { ...ALL_TOGETHER, unknown: recipe.model.unknown });
    const width = features.features.length;
    const drawn = drawRows(train.rows, recipe.train.seed);
    const references = features.apply(takeRows(train, drawn));
    const groups = drawn.length / ROWS_PER_GROUP;
    onProgress(1);
    return {
      features: [features],
      parameters: references.length,
      predict: async (frame) => {
        const numbers = features.apply(frame);
        return Float64Array.from({ length: frame.rows }, (_, row) => {
          const own = numbers.subarray(row * width, (row + 1) * width);
          let sum = 0;
          for (let group = 0; group < groups; group++)
            sum += Math.sqrt(nearest(own, references, group * ROWS_PER_GROUP));
          return Math.log(sum / groups);
        });
      },
      compile: (b, numbersOf) => compileDistances(b, numbersOf(features), { references, width, groups }),
    };
  },
};

/** Rows of all groups, one behind the other, each drawn without repetition; of few rows a group has some twice. */
function drawRows(rows: number, seed: number): Int32Array {
  const random = seededRandom(seed, 0x4ea7);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const chosen = new Int32Array(GROUPS * ROWS_PER_GROUP);
  for (let group = 0; group < GROUPS; group++) {
    shuffle(order, random);
    for (let i = 0; i < ROWS_PER_GROUP; i++) chosen[group * ROWS_PER_GROUP + i] = order[i % rows]!;
  }
  return chosen;
}

/** The square of the distance to the nearest row of a group, at least so much that it has a logarithm. */
function nearest(row: Float32Array, references: Float32Array, first: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let other = first; other < first + ROWS_PER_GROUP; other++) {
    let square = 0;
    const at = other * row.length;
    for (let i = 0; i < row.length; i++) square += (row[i]! - references[at + i]!) ** 2;
    if (square < least) least = square;
  }
  return Math.max(least, LEAST_SQUARE);
}

/** |x|² − 2·x·r + |r|² in float64: in float32 it would lose what a small distance is. */
function compileDistances(
  b: GraphBuilder,
  numbers: Value,
  { references, width, groups }: { readonly references: Float32Array; readonly width: number; readonly groups: number },
): Value {
  const count = references.length / width;
  const columns = Float64Array.from(references, (_, at) => references[(at % count) * width + Math.floor(at / count)]!);
  const norms = Array.from({ length: count }, (_, row) =>
    references.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value * value, 0),
  );
  const rows = b.initializer("near.rows", tensor("float64", [width, count], columns));
  const x = b.op("Cast", [numbers], { to: DTYPES.float64.onnx });
  const constant = (value: number) => b.constant("float64", [], [value]);
  const own = b.op("ReduceSum", [b.op("Mul", [x, x]), b.ints([1])], { keepdims: 1 }); // [B, 1]
  const crossed = b.op("Mul", [b.op("MatMul", [x, rows]), constant(-2)]); // [B, references]
  const squares = b.op("Add", [b.op("Add", [crossed, own]), b.constant("float64", [1, count], norms)]);
  const grouped = b.op("Reshape", [squares, b.ints([-1, groups, ROWS_PER_GROUP])]);
  const least = b.op("ReduceMin", [grouped, b.ints([2])], { keepdims: 0 }); // [B, groups]
  const distances = b.op("Sqrt", [b.op("Max", [least, constant(LEAST_SQUARE)])]);
  const mean = b.op("ReduceMean", [distances, b.ints([1])], { keepdims: 1 });
  return b.op("Cast", [b.op("Log", [mean])], { to: DTYPES.float32.onnx });
}
