import type { PackedSequences } from "@modelwright/data";
import type { Tensor, Value } from "@modelwright/engine";
import {
  type CausalLanguageModelOptions,
  causalLanguageModel,
  type Decoder,
  IGNORED_LABEL,
  type LossValues,
  type ModelDefinition,
  type TensorSpecs,
} from "@modelwright/models";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { correctPlaces, lossOfParts } from "./predicted-parts.ts";

/**
 * GPT's task (Radford et al. 2019): at each place the token that follows, of blocks without padding, or of packed rows, where only some
 * tokens may count.
 */
export function causalDefinition(
  decoder: Decoder,
  { packed = false }: Pick<CausalLanguageModelOptions, "packed"> = {},
): ModelDefinition {
  const model = causalLanguageModel(decoder, { packed });
  const partsOf = ({ outputs, targets }: LossValues<TensorSpecs, TensorSpecs, Outputs>) => ({
    next: {
      logits: outputs.logits!,
      labels: targets.labels!,
      ...(packed ? { ignoredLabel: IGNORED_LABEL } : {}),
    },
  });
  return {
    ...model,
    loss: (c, values) => lossOfParts(c, partsOf(values)),
    sums: (c, values) => correctPlaces(c, partsOf(values)),
  };
}

type Outputs = Readonly<Record<string, Value>>;

/** Rows as `packSequences` lays them out. */
export function packedRows({ inputIds, labels, segmentIds, positionIds, shape }: PackedSequences): BatchSource {
  const [rows, length] = shape;
  const inputs = { input_ids: inputIds, segment_ids: segmentIds, position_ids: positionIds, labels };
  const ignored = BigInt(IGNORED_LABEL);
  const counts = Int32Array.from({ length: rows }, (_, row) =>
    labels.subarray(row * length, (row + 1) * length).reduce((sum, label) => sum + Number(label !== ignored), 0),
  );
  return {
    rows,
    lengths: new Int32Array(rows).fill(length),
    weight: (members) => members.reduce((sum, row) => sum + counts[row]!, 0),
    batch: (members) =>
      Object.fromEntries(
        Object.entries(inputs).map(([name, values]): [string, Tensor<"int64">] => {
          const data = new BigInt64Array(members.length * length);
          for (const [i, row] of members.entries()) {
            data.set(values.subarray(row * length, (row + 1) * length), i * length);
          }
          return [name, { dtype: "int64", shape: [members.length, length], data }];
        }),
      ),
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
