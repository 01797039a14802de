/** A = LLᵀ, in the lower triangle of A itself, which is positive definite: float64 `[size, size]`. */
export function factorise(a: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / a[j * size + j]!;
    }
  }
}

/** Solves Lz = y in the place of y. */
export function forward(factor: Float64Array, y: Float64Array): void {
  const size = y.length;
  for (let i = 0; i < size; i++) {
    let sum = y[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * y[k]!;
    y[i] = sum / factor[i * size + i]!;
  }
}

/** Solves Lᵀz = y in the place of y. */
export function backward(factor: Float64Array, y: Float64Array): void {
  const size = y.length;
  for (let i = size - 1; i >= 0; i--) {
    let sum = y[i]!;
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * y[k]!;
    y[i] = sum / factor[i * size + i]!;
  }
}
