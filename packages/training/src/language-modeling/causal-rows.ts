import type { Tensor } from "@modelwright/engine";
import { causalLanguageModel, type Decoder, type ModelDefinition } from "@modelwright/models";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { correctPlaces, lossOfParts } from "./predicted-parts.ts";

/** GPT's task (Radford et al. 2019): at each place the token that follows, of blocks without padding. */
export function causalDefinition(decoder: Decoder): ModelDefinition {
  const model = causalLanguageModel(decoder);
  return {
    ...model,
    loss: (c, { outputs, targets }) => lossOfParts(c, { next: { logits: outputs.logits!, labels: targets.labels! } }),
    sums: (c, { outputs, targets }) => correctPlaces(c, { next: { logits: outputs.logits!, labels: targets.labels! } }),
  };
}

/** @param blocks As `tokenBlocks` gives them: int32 `[blocks, length + 1]`, flat. */
export function causalRows(blocks: Int32Array, length: number): BatchSource {
  const stride = length + 1;
  const rows = blocks.length / stride;
  return {
    rows,
    lengths: new Int32Array(rows).fill(length),
    weight: (members) => members.length * length,
    batch(members) {
      const shifted = (by: number): Tensor<"int64"> => {
        const data = new BigInt64Array(members.length * length);
        for (const [index, row] of members.entries()) {
          const start = row * stride + by;
          data.set(BigInt64Array.from(blocks.subarray(start, start + length), BigInt), index * length);
        }
        return { dtype: "int64", shape: [members.length, length], data };
      };
      return { input_ids: shifted(0), labels: shifted(1) };
    },
  };
}
