import { type Batch, planBatches, TextFeeds, type TextReading } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";

/** The rows of one split in the form in which one kind of model reads them. */
export interface SplitInputs {
  /** Sizes by which rows are bucketed. */
  readonly lengths: ArrayLike<number>;
  feeds(batch: Batch): Readonly<Record<string, Tensor>>;
}

/** Tokenized texts as `reading` says: `input_ids`, `attention_mask` and perhaps `bag_ids`. */
export function textInputs(encoded: readonly Int32Array[], reading: TextReading): SplitInputs {
  const texts = new TextFeeds(encoded, reading);
  return { lengths: texts.lengths, feeds: (batch) => texts.feeds(batch) };
}

/** Feature vectors for a head alone: `features`, float32 [rows, width]. */
export function featureInputs(features: Float32Array, width: number): SplitInputs {
  return {
    lengths: new Int32Array(features.length / width),
    feeds: ({ rows }) => {
      const data = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        data.set(features.subarray(row * width, (row + 1) * width), i * width);
      });
      return { features: { dtype: "float32", shape: [rows.length, width], data } };
    },
  };
}

/** Sparse vectors for logistic regression: `indices` and `values`, [rows, nonzeros], padded with value 0. */
export function sparseInputs(vectors: readonly { indices: Int32Array; values: Float32Array }[]): SplitInputs {
  return {
    lengths: vectors.map((vector) => vector.indices.length),
    feeds: ({ rows }) => {
      const width = rows.reduce((longest, row) => Math.max(longest, vectors[row]!.indices.length), 1);
      const indices = new BigInt64Array(rows.length * width);
      const values = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        const vector = vectors[row]!;
        vector.indices.forEach((index, k) => {
          indices[i * width + k] = BigInt(index);
        });
        values.set(vector.values, i * width);
      });
      const shape = [rows.length, width];
      return { indices: { dtype: "int64", shape, data: indices }, values: { dtype: "float32", shape, data: values } };
    },
  };
}

/** All rows once, shortest first: the order for judging. */
export function evaluationBatches(inputs: SplitInputs, batchSize: number): Batch[] {
  return planBatches({ lengths: inputs.lengths, batchSize, seed: 0, epoch: 0, shuffle: false });
}
