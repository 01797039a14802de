import type { GraphBuilder, Value } from "@modelwright/engine";

/**
 * Solves (I + Σ h hᵀ) u = y for each row of a batch by steps of conjugate gradients, each of which halves the error at least where the rows h are
 * short.
 *
 * @param rows float32 `[batch, history, width]`, zeros where there is none.
 * @param right y, float32 `[batch, width, 1]`.
 * @returns u, float32 `[batch, width, 1]`.
 * @see Hestenes & Stiefel 1952
 */
export function solveRidge(b: GraphBuilder, rows: Value, right: Value, steps: number): Value {
  const turned = b.op("Transpose", [rows], { perm: [0, 2, 1] });
  const times = (v: Value) => b.op("Add", [v, b.op("MatMul", [turned, b.op("MatMul", [rows, v])])]);
  const square = (v: Value) => b.op("ReduceSum", [b.op("Mul", [v, v]), b.ints([1])], { keepdims: 1 });
  // Where nothing is left to be solved a step is 0, not 0 / 0.
  const share = (of: Value, whole: Value) => b.op("Div", [of, b.op("Max", [whole, b.scalar(1e-30)])]);
  let [r, p, left] = [right, right, square(right)];
  let u: Value | undefined;
  for (let step = 0; step < steps; step++) {
    const moved = times(p);
    const along = b.op("ReduceSum", [b.op("Mul", [p, moved]), b.ints([1])], { keepdims: 1 });
    const size = share(left, along);
    const change = b.op("Mul", [size, p]);
    u = u === undefined ? change : b.op("Add", [u, change]);
    r = b.op("Sub", [r, b.op("Mul", [size, moved])]);
    const next = square(r);
    p = b.op("Add", [r, b.op("Mul", [share(next, left), p])]);
    left = next;
  }
  return u!;
}
