import { type Tensor, tensor } from "@modelwright/engine";
import type { Parameters } from "../../parameters/parameter.ts";
import type { ParameterNames } from "./parameter-names.ts";
import { turned } from "./read-weights.ts";

/**
 * Parameters of an encoder as they were published, ready for `writeSafetensors`: names without a head's prefix, matrices `[outputs, inputs]`.
 *
 * @param parameters Others than the encoder's are left out: those of a head.
 */
export function publishedWeights(
  names: ParameterNames,
  parameters: Parameters,
): ReadonlyMap<string, Tensor<"float32">> {
  const published = new Map<string, Tensor<"float32">>();
  for (const [ours, parameter] of parameters) {
    const renamed = names.toPublished(ours);
    if (renamed === undefined) continue;
    const { shape, data } = parameter.tensor;
    const [rows, columns] = shape as [number, number];
    const laidOut = renamed.turned ? tensor("float32", [columns, rows], turned(data, rows, columns)) : parameter.tensor;
    published.set(renamed.name, laidOut);
  }
  return published;
}
