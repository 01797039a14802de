/** A = LLᵀ: L takes the place of A, which is positive definite, with zeros above the diagonal. float64 `[size, size]`. */
export function factoriseCholesky(a: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / a[j * size + j]!;
    }
    a.fill(0, i * size + i + 1, (i + 1) * size);
  }
}

/** Solves Lz = y in the place of y. */
export function forwardSubstitute(factor: Float64Array, y: Float64Array): void {
  const size = y.length;
  for (let i = 0; i < size; i++) {
    let sum = y[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * y[k]!;
    y[i] = sum / factor[i * size + i]!;
  }
}

/** Solves Lᵀz = y in the place of y. */
export function backSubstitute(factor: Float64Array, y: Float64Array): void {
  const size = y.length;
  for (let i = size - 1; i >= 0; i--) {
    let sum = y[i]!;
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * y[k]!;
    y[i] = sum / factor[i * size + i]!;
  }
}

/** L⁻¹, with zeros above the diagonal. */
export function invertedLower(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = inverse.subarray(i * size, (i + 1) * size);
    row[i] = 1;
    for (let k = 0; k < i; k++) {
      const share = factor[i * size + k]!;
      for (let j = 0; j <= k; j++) row[j]! -= share * inverse[k * size + j]!;
    }
    for (let j = 0; j <= i; j++) row[j]! /= factor[i * size + i]!;
  }
  return inverse;
}

export function transposedSquare(a: Float64Array, size: number): Float64Array {
  return a.map((_, at) => a[(at % size) * size + Math.floor(at / size)]!);
}
