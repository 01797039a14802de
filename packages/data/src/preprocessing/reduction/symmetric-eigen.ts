/** A matrix of this size is solved whole. */
const LARGEST_WHOLE = 200;
/** Directions that are followed beside those wanted, so that these settle faster. */
const OVERSAMPLING = 10;
const ROUNDS = 12;
const MOST_SWEEPS = 60;

/**
 * Directions `[count, size]`, row-major, of length 1 and at right angles, with their eigenvalues, the largest
 * first.
 */
export interface Eigenvectors {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/**
 * The eigenvectors of the largest eigenvalues of a symmetric matrix without negative ones, which is known by
 * what it makes of vectors.
 *
 * Small matrices are solved by Jacobi's rotations, large ones by following a few directions (subspace
 * iteration, Halko et al. 2011, arXiv:0909.4061). The largest component of each vector is positive.
 *
 * @param multiply Gives the product of the matrix with each of some vectors: several at once are one way through it.
 * @param start Gives the numbers that the directions begin with.
 */
export function largestEigenvectors(
  multiply: (vectors: readonly Float64Array[]) => readonly Float64Array[],
  { size, count, start }: { readonly size: number; readonly count: number; readonly start: () => number },
): Eigenvectors {
  const wanted = Math.min(count, size);
  const isWhole = size <= LARGEST_WHOLE;
  const followed = isWhole ? size : Math.min(size, wanted + OVERSAMPLING);
  let basis: readonly Float64Array[] = Array.from({ length: followed }, (_, k) =>
    isWhole ? unitVector(size, k) : Float64Array.from({ length: size }, start),
  );
  for (let round = 0; !isWhole && round < ROUNDS; round++) basis = multiply(orthonormal(basis));
  if (!isWhole) basis = orthonormal(basis);
  const images = multiply(basis);
  const { values, vectors } = jacobi(basis.map((one) => Float64Array.from(images, (image) => dot(one, image))));
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!).slice(0, wanted);
  return {
    values: Float64Array.from(order, (k) => values[k]!),
    vectors: order.map((k) => withPositivePeak(combine(basis, vectors[k]!))),
  };
}

/** All eigenvectors of a symmetric matrix, in no order. */
function jacobi(matrix: readonly Float64Array[]): Eigenvectors {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const vectors = Array.from({ length: size }, (_, k) => unitVector(size, k));
  const scale = Math.max(Number.MIN_VALUE, ...a.map((row, i) => Math.abs(row[i]!)));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[p]![q]!;
        largest = Math.max(largest, Math.abs(off));
        if (off !== 0) rotate(a, vectors, { p, q, off });
      }
    }
    if (largest <= 1e-15 * scale) break;
  }
  return { values: Float64Array.from(a, (row, i) => row[i]!), vectors };
}

/** Makes the element at p, q zero. */
function rotate(
  a: readonly Float64Array[],
  vectors: readonly Float64Array[],
  { p, q, off }: { readonly p: number; readonly q: number; readonly off: number },
): void {
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  }
  turn(a[p]!, a[q]!, cosine, sine);
  turn(vectors[p]!, vectors[q]!, cosine, sine);
}

function turn(one: Float64Array, other: Float64Array, cosine: number, sine: number): void {
  for (let k = 0; k < one.length; k++) {
    const [x, y] = [one[k]!, other[k]!];
    one[k] = cosine * x - sine * y;
    other[k] = sine * x + cosine * y;
  }
}

/** Gram and Schmidt, twice each, which is enough; what is left of a direction that others span is zero. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector));
    for (let again = 0; again < 2; again++) {
      for (const other of done) {
        const share = dot(vector, other);
        for (let i = 0; i < vector.length; i++) vector[i]! -= share * other[i]!;
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    done.push(vector.map((value) => (length > 1e-12 * before ? value / length : 0)));
  }
  return done;
}

function combine(basis: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(basis[0]!.length);
  for (const [k, vector] of basis.entries()) for (let i = 0; i < sum.length; i++) sum[i]! += weights[k]! * vector[i]!;
  return sum;
}

function withPositivePeak(vector: Float64Array): Float64Array {
  const peak = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) + 1e-12 ? value : most), 0);
  return peak < 0 ? vector.map((value) => -value) : vector;
}

function unitVector(size: number, place: number): Float64Array {
  return new Float64Array(size).fill(1, place, place + 1);
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
