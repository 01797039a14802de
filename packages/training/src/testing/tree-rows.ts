import { RandomSource } from "@modelwright/engine";
import type { TreeColumn, TreeData } from "../trees/tree-data.ts";

/**
 * Rows of two numbers, one of them at times missing, and of a category of six: the target rises with the first, is higher where the second is
 * missing, and has a height for each category, with a little noise.
 */
export function mixedRows(rows: number, seed = 1): TreeData {
  const random = RandomSource.fromSeed(seed);
  const values = Array.from({ length: 3 }, () => new Float32Array(rows));
  const target = new Float64Array(rows);
  const heights = [0, 3, -2, 1, 5, -4];
  for (let row = 0; row < rows; row++) {
    const [x, z, category] = [4 * random.uniform() - 2, random.uniform(), random.integer(heights.length)];
    const isMissing = random.uniform() < 0.2;
    values[0]![row] = x;
    values[1]![row] = isMissing ? Number.NaN : z;
    values[2]![row] = category;
    target[row] = 2 * x + (isMissing ? 3 : z) + heights[category]! + 0.1 * random.uniform();
  }
  const columns: TreeColumn[] = [
    { name: "x", values: values[0]! },
    { name: "z", values: values[1]! },
    { name: "kind", values: values[2]!, categories: heights.length },
  ];
  return { columns, rows, target };
}

/** The rows with a target that is a class: how many of the borders it is above. */
export function classedRows(data: TreeData, borders: readonly number[]): TreeData {
  return { ...data, target: data.target.map((value) => borders.filter((border) => value > border).length) };
}

/** `[rows, columns]`. */
export function featureMatrix({ columns, rows }: Pick<TreeData, "columns" | "rows">): Float32Array {
  return Float32Array.from(
    { length: rows * columns.length },
    (_, at) => columns[at % columns.length]!.values[Math.floor(at / columns.length)]!,
  );
}

/** Some of the rows, in the order given. */
export function takeTreeRows(data: TreeData, rows: readonly number[]): TreeData {
  return {
    ...data,
    rows: rows.length,
    columns: data.columns.map((column) => ({
      ...column,
      values: Float32Array.from(rows, (row) => column.values[row]!),
    })),
    target: Float64Array.from(rows, (row) => data.target[row]!),
    ...(data.weights !== undefined && { weights: Float64Array.from(rows, (row) => data.weights![row]!) }),
  };
}
