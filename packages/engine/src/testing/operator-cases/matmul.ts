import type { OperatorCase } from "../operator-case.ts";
import { uniform } from "../random-tensors.ts";

/** Operands of the given shapes. */
function product(name: string, a: readonly number[], b: readonly number[], attributes = {}): OperatorCase {
  return { name, inputs: [uniform(a, { seed: 1 }), uniform(b, { seed: 2 })], attributes };
}

const flags = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

export const matmulCases = {
  MatMul: [
    product("matrices", [2, 3], [3, 4]),
    product("batches", [2, 2, 3], [2, 3, 4]),
    product("a widening weight under batches", [2, 5, 3], [3, 4]),
    product("a narrowing weight under batches", [2, 5, 4], [4, 3]),
    product("narrowing batches", [2, 5, 6], [2, 6, 3]),
    product("a matrix over batches", [2, 3], [5, 3, 4]),
    product("repeated batches", [2, 1, 2, 3], [1, 4, 3, 2]),
    product("vector times matrix", [3], [3, 4]),
    product("matrix times vector", [2, 3], [3]),
    product("batches times vector", [2, 2, 3], [3]),
    product("vectors", [3], [3]),
  ],
  FusedMatMul: flags.flatMap(([transA, transB]) => {
    const swap = (flag: number, shape: readonly [number, number]) => (flag === 1 ? shape.toReversed() : shape);
    const a = swap(transA, [2, 3]);
    const b = swap(transB, [3, 4]);
    const narrow = swap(transB, [3, 2]);
    return [
      product(`transA ${transA}, transB ${transB}, narrowing batches`, [5, ...a], [5, ...narrow], { transA, transB }),
      product(`transA ${transA}, transB ${transB}, a narrowing weight`, [5, ...a], narrow, {
        transA,
        transB,
        alpha: 2,
      }),
      product(`transA ${transA}, transB ${transB}`, a, b, { transA, transB, alpha: 0.5 }),
      product(`transA ${transA}, transB ${transB}, batches`, [5, ...a], [5, ...b], { transA, transB }),
      product(`transA ${transA}, transB ${transB}, a weight`, [5, ...a], b, { transA, transB, alpha: 2 }),
    ];
  }),
  Gemm: flags.flatMap(([transA, transB]) => {
    const a = uniform(transA === 1 ? [3, 2] : [2, 3], { seed: 1 });
    const b = uniform(transB === 1 ? [4, 3] : [3, 4], { seed: 2 });
    const attributes = { transA, transB, alpha: 0.5, beta: 2 };
    return [
      { name: `transA ${transA}, transB ${transB}, a row`, inputs: [a, b, uniform([4], { seed: 3 })], attributes },
      {
        name: `transA ${transA}, transB ${transB}, a column`,
        inputs: [a, b, uniform([2, 1], { seed: 3 })],
        attributes,
      },
      { name: `transA ${transA}, transB ${transB}, no C`, inputs: [a, b], attributes },
    ];
  }),
} satisfies Record<string, readonly OperatorCase[]>;
