import type { Batch } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";
import type { BuiltLossPart } from "@modelwright/models";
import { epochPlan } from "../trainer/epoch-plan.ts";
import type { TrainingBatches } from "../trainer/training-batches.ts";
import { type CheckedBatch, type CheckedDataset, partWeight } from "./tensor-dataset.ts";

/**
 * A dataset in batches whose losses add up: each part of the loss is the mean over its places in the whole update, however they fall into
 * batches.
 */
export function scaledBatches(
  data: CheckedDataset,
  options: {
    readonly parts: readonly BuiltLossPart[];
    readonly batchSize: number;
    readonly seed: number;
    readonly shuffle: boolean;
  },
): TrainingBatches {
  const { parts, ...plan } = options;
  const weigh = (weight: CheckedBatch["weight"], part: BuiltLossPart) => partWeight(weight, part.name, data.where);
  return {
    plan: epochPlan({ lengths: data.lengths, ...plan }),
    update: (batches: readonly Batch[], epoch: number) => {
      const laidOut = batches.map(({ rows }) => data.batch(rows, epoch));
      const totals = parts.map((part) => laidOut.reduce((sum, { weight }) => sum + weigh(weight, part), 0));
      const feeds = laidOut.map(({ tensors, weight }) => {
        const scales = parts.map((part, i): [string, Tensor] => {
          const places = part.reduction === "mean" ? weigh(weight, part) : 1;
          // A part may have no place in a whole update: its sum is 0 then.
          return [part.tensor, scalar(totals[i] === 0 ? 0 : places / totals[i]!)];
        });
        return { ...tensors, ...Object.fromEntries(scales) };
      });
      return { feeds, weight: totals[0]! };
    },
  };
}

function scalar(value: number): Tensor {
  return { dtype: "float32", shape: [], data: Float32Array.of(value) };
}
