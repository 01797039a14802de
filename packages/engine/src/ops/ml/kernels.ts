import type { AttributeSpecs } from "../operator.ts";

/** The attributes that both machines of support vectors share. */
export const SUPPORT_ATTRIBUTES = {
  coefficients: { type: "floats" },
  kernel_params: { type: "floats" },
  kernel_type: { type: "string", default: "LINEAR" },
  post_transform: { type: "string", default: "NONE" },
  rho: { type: "floats" },
  support_vectors: { type: "floats" },
} as const satisfies AttributeSpecs;

interface KernelParameters {
  readonly gamma: number;
  readonly coef0: number;
  readonly degree: number;
}

/** Kernels by ONNX's names: https://www.csie.ntu.edu.tw/~cjlin/papers/libsvm.pdf. */
const KERNELS: Readonly<
  Record<string, (x: Float64Array, s: readonly number[], parameters: KernelParameters) => number>
> = {
  LINEAR: dot,
  POLY: (x, s, { gamma, coef0, degree }) => (gamma * dot(x, s) + coef0) ** degree,
  RBF: (x, s, { gamma }) => Math.exp(-gamma * x.reduce((sum, value, i) => sum + (value - s[i]!) ** 2, 0)),
  SIGMOID: (x, s, { gamma, coef0 }) => Math.tanh(gamma * dot(x, s) + coef0),
};

export const KERNEL_NAMES: readonly string[] = Object.keys(KERNELS);

/** The kernel of a row with each of the vectors, which lie one after another. */
export function kernelValues(
  row: Float64Array,
  vectors: readonly number[],
  {
    kernel_type,
    kernel_params = [],
  }: { readonly kernel_type: string; readonly kernel_params: readonly number[] | undefined },
): readonly number[] {
  const [gamma = 0, coef0 = 0, degree = 0] = kernel_params;
  return Array.from({ length: vectors.length / row.length }, (_, i) =>
    KERNELS[kernel_type]!(row, vectors.slice(i * row.length, (i + 1) * row.length), { gamma, coef0, degree }),
  );
}

function dot(x: Float64Array, s: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * s[i]!, 0);
}
