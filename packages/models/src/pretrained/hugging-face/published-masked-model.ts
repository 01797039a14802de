import type { Tensor } from "@modelwright/engine";
import type { Encoder } from "../../architectures/encoder.ts";
import type { Parameters } from "../../parameters/parameter.ts";
import { FAMILIES } from "./families.ts";
import { maskedHeadNames } from "./masked-head.ts";
import { parameterNames } from "./parameter-names.ts";
import { publishedWeights } from "./published-weights.ts";

/**
 * Weights of an encoder with a head that predicts masked tokens, as transformers publishes them, ready for `writeSafetensors`: `BertForMaskedLM`, or
 * `BertForPreTraining` where next sentences are predicted too.
 */
export function publishedMaskedModel(
  { modelType }: Pick<Encoder, "modelType">,
  parameters: Parameters,
): ReadonlyMap<string, Tensor<"float32">> {
  const { names, prefix, maskedHead } = FAMILIES[modelType]!;
  const encoder = publishedWeights(parameterNames(names, { prefix, keepsPrefix: true }), parameters);
  return new Map([...encoder, ...publishedWeights(maskedHeadNames(maskedHead), parameters)]);
}
