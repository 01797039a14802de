import { ModelwrightError } from "@modelwright/contracts";
import { seededRandom } from "../../splits/seeded-random.ts";
import type { FeatureTarget } from "../feature-target.ts";
import { toFloat32Text } from "../float32-text.ts";
import type { Projection } from "./project.ts";
import { dot, largestEigenvectors } from "./symmetric-eigen.ts";

/** Rows of features, `[rows, width]`, and what is predicted of them. */
export interface FeatureMatrix {
  readonly data: Float32Array;
  readonly width: number;
  readonly target: FeatureTarget | undefined;
}

export interface ReduceSettings {
  /**
   * "pca": the directions in which rows differ most. "truncated-svd": the same without taking the mean off, so that
   * zeros stay. "lda": the directions in which classes differ most, compared with how rows of one class do;
   * there is one fewer than classes.
   */
  readonly by: ProjectionName;
  /** At most so many numbers come out. */
  readonly components: number;
}

type Fit = (
  matrix: FeatureMatrix,
  components: number,
) => { readonly offset: Float64Array; readonly vectors: readonly Float64Array[] };

const FITS = {
  pca: (matrix, components) => {
    const offset = meansOf(matrix);
    return { offset, vectors: mainDirections(covariance(matrix, offset), components) };
  },
  "truncated-svd": (matrix, components) => {
    const offset = new Float64Array(matrix.width);
    return { offset, vectors: mainDirections(covariance(matrix, offset), components) };
  },
  lda: discriminants,
} as const satisfies Record<string, Fit>;

export type ProjectionName = keyof typeof FITS;

export function fitProjection(matrix: FeatureMatrix, { by, components }: ReduceSettings): Projection {
  const { offset, vectors } = FITS[by](matrix, components);
  const weights = Float32Array.from({ length: matrix.width * vectors.length }, (_, i) => {
    const column = Math.floor(i / vectors.length);
    return vectors[i - column * vectors.length]![column]!;
  });
  return { offset: Array.from(offset, Math.fround), components: vectors.length, matrix: toFloat32Text(weights), by };
}

/** Rows or vectors that go through a matrix at once: what it holds is then read, and written, once for all of them. */
const TOGETHER = 4;

function mainDirections(matrix: readonly Float64Array[], count: number): readonly Float64Array[] {
  const random = seededRandom(0);
  const start = () => random.below(2 ** 32) / 2 ** 31 - 1;
  return largestEigenvectors(timesMatrix(matrix), { size: matrix.length, count, start }).vectors;
}

/** Each row of the matrix is read once for four vectors, whose sums do not wait for one another. */
function timesMatrix(matrix: readonly Float64Array[]) {
  const size = matrix.length;
  const none = new Float64Array(size);
  return (vectors: readonly Float64Array[]): readonly Float64Array[] => {
    const images = vectors.map(() => new Float64Array(size));
    for (let first = 0; first < vectors.length; first += TOGETHER) {
      const [x = none, y = none, z = none, w = none] = vectors.slice(first, first + TOGETHER);
      for (const [place, row] of matrix.entries()) {
        let [a, b, c, d] = [0, 0, 0, 0];
        for (let i = 0; i < size; i++) {
          const value = row[i]!;
          a += value * x[i]!;
          b += value * y[i]!;
          c += value * z[i]!;
          d += value * w[i]!;
        }
        const sums = [a, b, c, d];
        for (let k = 0; k < TOGETHER && first + k < vectors.length; k++) images[first + k]![place] = sums[k]!;
      }
    }
    return images;
  };
}

function meansOf({ data, width }: FeatureMatrix): Float64Array {
  const sums = new Float64Array(width);
  for (const [i, value] of data.entries()) sums[i % width]! += value;
  return sums.map((sum) => (sum * width) / data.length);
}

/** Mean products of what rows differ from an offset by. */
function covariance({ data, width }: FeatureMatrix, offset: Float64Array): Float64Array[] {
  return scatter(data.length / width, width, (row) =>
    Float64Array.from(offset, (mean, column) => data[row * width + column]! - mean),
  );
}

/** Mean products of the numbers of rows. */
function scatter(rows: number, width: number, rowOf: (row: number) => Float64Array): Float64Array[] {
  const products = Array.from({ length: width }, () => new Float64Array(width));
  const none = new Float64Array(width);
  for (let row = 0; row < rows; row += TOGETHER) {
    const at = (next: number) => (row + next < rows ? rowOf(row + next) : none);
    const [a, b, c, d] = [at(0), at(1), at(2), at(3)];
    for (let i = 0; i < width; i++) {
      const [own, p, q, r, s] = [products[i]!, a[i]!, b[i]!, c[i]!, d[i]!];
      for (let j = 0; j <= i; j++) own[j]! += p * a[j]! + q * b[j]! + r * c[j]! + s * d[j]!;
    }
  }
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) products[j]![i] = products[i]![j] = products[i]![j]! / rows;
  return products;
}

/**
 * Fisher's discriminants: what is left of the differences of classes when rows of one class are spread alike
 * in all directions.
 */
function discriminants(matrix: FeatureMatrix, components: number): ReturnType<Fit> {
  const { data, width, target } = matrix;
  if (target?.kind !== "class")
    throw new ModelwrightError("FEATURES_SETTING_INVALID", {
      setting: "reduction by lda",
      rule: "needs a target of classes",
      got: target === undefined ? "none" : "numbers",
    });
  const { codes, classes } = target;
  const offset = meansOf(matrix);
  const sizes = new Float64Array(classes);
  const means = Array.from({ length: classes }, () => new Float64Array(width));
  for (const [row, code] of codes.entries()) {
    sizes[code]!++;
    for (let column = 0; column < width; column++) means[code]![column]! += data[row * width + column]!;
  }
  for (const [code, mean] of means.entries()) for (let k = 0; k < width; k++) mean[k] = mean[k]! / (sizes[code] || 1);
  const within = scatter(codes.length, width, (row) =>
    means[codes[row]!]!.map((mean, column) => data[row * width + column]! - mean),
  );
  const whitening = whiten(within);
  const apart = means.map((mean, code) => {
    const difference = mean.map((value, column) => value - offset[column]!);
    const share = Math.sqrt(sizes[code]! / codes.length);
    return Float64Array.from(whitening, (direction) => share * dot(direction, difference));
  });
  const between = scatter(classes, whitening.length, (code) => apart[code]!);
  const vectors = mainDirections(between, Math.min(components, classes - 1)).map((weights) =>
    whitening.reduce(
      (sum, direction, k) => sum.map((value, i) => value + weights[k]! * direction[i]!),
      new Float64Array(width),
    ),
  );
  return { offset, vectors };
}

/** Directions along which the variance becomes 1; those that hardly vary are left out. */
function whiten(covariances: readonly Float64Array[]): readonly Float64Array[] {
  const random = seededRandom(0);
  const size = covariances.length;
  const { values, vectors } = largestEigenvectors(timesMatrix(covariances), {
    size,
    count: size,
    start: () => random.below(2 ** 32) / 2 ** 31 - 1,
  });
  const least = 1e-10 * (values[0] ?? 0);
  return vectors.flatMap((vector, k) =>
    values[k]! > least ? [vector.map((value) => value / Math.sqrt(values[k]!))] : [],
  );
}
