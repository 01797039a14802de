import { TextFeeds, type TextReading } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";

import { type EmbeddingLoss, type RowText, textsOfLoss } from "@modelwright/models";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { paddedLength } from "./padded-length.ts";

/** Texts that belong together, or not, by their places among all texts. */
export interface EmbeddingExample {
  readonly anchor: number;
  readonly positive: number;
  /** Of losses that read a text that does not belong to the anchor. */
  readonly negative?: number;
  /**
   * Of multiple negatives: what anchor and positive are, such as their labels; of rows that are alike in either, neither's positive is a
   * negative of the other. Default: their places.
   */
  readonly kinds?: { readonly anchor: number; readonly positive: number };
  /** Of `cosine`: the cosine that anchor and positive should have, in `[−1, 1]`. */
  readonly similarity?: number;
}

/** Examples over texts of which each is tokenized once. */
export interface EmbeddingExamples {
  /** Token ids of each text. */
  readonly encoded: readonly Int32Array[];
  readonly reading: TextReading;
  readonly rows: number;
  /**
   * The example of a row.
   *
   * @param epoch Passes made before: a row may be another example in each. Asked again, it must be the same.
   */
  example(row: number, epoch: number): EmbeddingExample;
}

/** The targets of each loss, of the examples of a batch. */
const TARGETS: {
  readonly [Kind in EmbeddingLoss["kind"]]: (examples: readonly EmbeddingExample[]) => Readonly<Record<string, Tensor>>;
} = {
  "multiple-negatives": (examples) => ({
    anchor_numbers: numbers(examples.map(({ anchor, kinds }) => kinds?.anchor ?? anchor)),
    positive_numbers: numbers(examples.map(({ positive, kinds }) => kinds?.positive ?? positive)),
  }),
  cosine: (examples) => ({
    similarities: {
      dtype: "float32",
      shape: [examples.length],
      data: Float32Array.from(examples, ({ similarity }) => similarity ?? 1),
    },
  }),
  triplet: () => ({}),
};

/** Examples as an `embeddingModel` of a loss reads them; rows are put together by the lengths of their anchors. */
export function exampleRows({ encoded, reading, rows, example }: EmbeddingExamples, loss: EmbeddingLoss): BatchSource {
  const feeds = new TextFeeds(encoded, reading);
  const texts = textsOfLoss(loss);
  const textFeeds = (examples: readonly EmbeddingExample[], text: RowText) => {
    const places = Int32Array.from(examples, (each) => each[text]!);
    const longest = places.reduce((most, place) => Math.max(most, feeds.lengths[place]!), 1);
    const { input_ids, attention_mask } = feeds.feeds({ rows: places, length: paddedLength(longest) });
    return { [`${text}_ids`]: input_ids!, [`${text}_mask`]: attention_mask! };
  };
  return {
    rows,
    lengths: Int32Array.from({ length: rows }, (_, row) => feeds.lengths[example(row, 0).anchor]!),
    batch: (members, epoch = 0) => {
      const examples = Array.from(members, (row) => example(row, epoch));
      const inputs = texts.map((text) => textFeeds(examples, text));
      return Object.assign({}, ...inputs, TARGETS[loss.kind](examples)) as Record<string, Tensor>;
    },
  };
}

function numbers(values: readonly number[]): Tensor {
  return { dtype: "int64", shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
