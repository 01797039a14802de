import type { Attributes, ReferenceTensor } from "../operator.ts";
import { INPUT } from "./direction.ts";
import { directionsOf, type RecurrentAttributes } from "./shape-rule.ts";

/** One step of one sequence in one direction, on plain vectors of H numbers. */
export interface ReferenceStep {
  /** The input's products with the gates' rows of W plus its biases, H numbers for each gate. */
  readonly input: readonly (readonly number[])[];
  readonly h: readonly number[];
  readonly c: readonly number[];
  /** The product of gate `gate`'s rows of R with a vector, plus its bias. */
  recur(gate: number, vector: readonly number[]): number[];
}

type Step = (step: ReferenceStep, direction: number) => { h: readonly number[]; c: readonly number[] };

export const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * A recurrence computed sequence by sequence, as the definition says.
 *
 * @returns Y, the last h and the last c.
 */
export function runRecurrence(
  inputs: readonly (ReferenceTensor | undefined)[],
  attributes: Attributes<RecurrentAttributes>,
  { gates, step }: { gates: number; step: Step },
): readonly ReferenceTensor[] {
  const [x, w, r] = [inputs[INPUT.x]!, inputs[INPUT.w]!, inputs[INPUT.r]!];
  const [length, batch, depth] = x.shape as [number, number, number];
  const width = r.shape[2]!;
  const directions = directionsOf(attributes);
  const state = (): ReferenceTensor => {
    const shape = [directions.length, batch, width];
    return { dtype: x.dtype, shape, data: new Float64Array(directions.length * batch * width) };
  };
  const [finalH, finalC] = [state(), state()];
  const y = {
    dtype: x.dtype,
    shape: [length, directions.length, batch, width],
    data: new Float64Array(length * finalH.data.length),
  };
  for (const [direction, reverse] of directions.entries()) {
    const row = (matrix: ReferenceTensor, index: number, size: number) => {
      const start = (direction * gates * width + index) * size;
      return matrix.data.subarray(start, start + size);
    };
    const bias = (index: number) => inputs[INPUT.bias]?.data[direction * 2 * gates * width + index] ?? 0;
    const block = (gate: number, offset: number, product: (index: number) => number) =>
      Array.from({ length: width }, (_, i) => product(gate * width + i) + bias(offset + gate * width + i));
    for (let n = 0; n < batch; n++) {
      const at = (direction * batch + n) * width;
      const initial = (input: number) => Array.from({ length: width }, (_, i) => inputs[input]?.data[at + i] ?? 0);
      let [h, c]: [readonly number[], readonly number[]] = [initial(INPUT.h), initial(INPUT.c)];
      const end = inputs[INPUT.lengths]?.data[n] ?? length;
      for (let step_ = 0; step_ < end; step_++) {
        const t = reverse ? end - 1 - step_ : step_;
        const features = x.data.subarray((t * batch + n) * depth, (t * batch + n + 1) * depth);
        const next = step(
          {
            input: Array.from({ length: gates }, (_, gate) =>
              block(gate, 0, (index) => dot(row(w, index, depth), features)),
            ),
            h,
            c,
            recur: (gate, vector) => block(gate, gates * width, (index) => dot(row(r, index, width), vector)),
          },
          direction,
        );
        [h, c] = [next.h, next.c];
        y.data.set(h, ((t * directions.length + direction) * batch + n) * width);
      }
      finalH.data.set(h, at);
      finalC.data.set(c, at);
    }
  }
  return [y, finalH, finalC];
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
