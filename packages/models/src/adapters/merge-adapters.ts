import type { Tensor } from "@modelwright/engine";
import type { Parameter, Parameters } from "../parameters/parameter.ts";
import { columnLengths } from "./adapted-product.ts";
import { ADAPTER_PARAMETERS, adapterScale, isAdapterParameter, type LowRankAdapters } from "./low-rank-adapters.ts";

/** How the product of an adapter's matrices is weighed. */
export type AdapterScaling = Pick<LowRankAdapters, "rank" | "alpha" | "rsLora">;

/**
 * Adds what adapters learned to the weights beside which they stood: the parameters of the plain model, which computes the same.
 *
 * Sums are made in float64. Parameters without an adapter are those that were given, not copies.
 */
export function mergeAdapters(parameters: Parameters, scaling: AdapterScaling): Parameters {
  const scale = adapterScale(scaling);
  const merged = new Map<string, Parameter>();
  for (const [name, parameter] of parameters) {
    if (!isAdapterParameter(name)) merged.set(name, mergedWeight(parameters, parameter, scale));
  }
  return merged;
}

/** The parameters that belong to adapters. */
export function adapterParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].filter(([name]) => isAdapterParameter(name)));
}

function mergedWeight(parameters: Parameters, parameter: Parameter, scale: number): Parameter {
  const layer = parameter.name.endsWith(".weight") ? parameter.name.slice(0, -".weight".length) : undefined;
  if (layer === undefined) return parameter;
  const tensorOf = (name: string | undefined) => parameters.get(`${layer}.${name}`)?.tensor;
  for (const names of Object.values(ADAPTER_PARAMETERS)) {
    const [a, b] = [tensorOf(names.a), tensorOf(names.b)];
    if (a === undefined || b === undefined) continue;
    const magnitude = "magnitude" in names ? tensorOf(names.magnitude) : undefined;
    const data = withMagnitude(sumOf(parameter.tensor, { a, b, scale }), magnitude?.data);
    return { ...parameter, tensor: { ...parameter.tensor, data } };
  }
  return parameter;
}

function sumOf(
  { shape, data }: Tensor<"float32">,
  { a, b, scale }: { readonly a: Tensor<"float32">; readonly b: Tensor<"float32">; readonly scale: number },
): Float32Array {
  const [rows, width] = shape.map(Number) as [number, number];
  const rank = b.shape[0]!;
  const sums = new Float32Array(data.length);
  const line = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    line.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = scale * a.data[row * rank + k]!;
      for (let column = 0; column < width; column++) line[column]! += factor * b.data[k * width + column]!;
    }
    for (let column = 0; column < width; column++)
      sums[row * width + column] = data[row * width + column]! + line[column]!;
  }
  return sums;
}

/** Each column brought to its trained length, where it has one. */
function withMagnitude(matrix: Float32Array, magnitude: Float32Array | undefined): Float32Array {
  if (magnitude === undefined) return matrix;
  const width = magnitude.length;
  const lengths = columnLengths(matrix, width);
  return matrix.map((value, i) => (value * magnitude[i % width]!) / lengths[i % width]!);
}
