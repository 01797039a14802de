import { ModelwrightError } from "@modelwright/contracts";
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
   * Of multiple negatives: what the texts are, such as their labels; of rows that are alike in anchor or positive, neither's positive is a
   * negative of the other, and no text is a negative of a row whose anchor or positive is of its kind. Default: their places.
   */
  readonly kinds?: { readonly [Text in RowText]?: number };
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

type Targets = Readonly<Record<string, Tensor>>;

/** The targets of each loss, of the examples of a batch. */
const TARGETS: {
  readonly [Kind in EmbeddingLoss["kind"]]: (batch: readonly EmbeddingExample[], loss: EmbeddingLoss) => Targets;
} = {
  "multiple-negatives": (batch, loss) =>
    Object.fromEntries(
      textsOfLoss(loss).map((text) => [`${text}_numbers`, numbers(batch.map((each) => kindOf(each, text)))]),
    ),
  cosine: (batch) => ({
    similarities: {
      dtype: "float32",
      shape: [batch.length],
      data: Float32Array.from(batch, ({ similarity }) => given(similarity, "similarity")),
    },
  }),
  triplet: () => ({}),
};

function kindOf(example: EmbeddingExample, text: RowText): number {
  const { kinds = example } = example;
  return given(kinds[text], kinds === example ? text : `kinds.${text}`);
}

/** @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for an example that lacks what the loss reads. */
function given(value: number | undefined, field: string): number {
  if (value !== undefined) return value;
  throw new ModelwrightError("TRAINING_TENSOR_MISMATCH", {
    where: `an example's ${field}`,
    rule: "the loss reads one of each row",
    got: "none",
  });
}

/**
 * Examples as an `embeddingModel` of a loss reads them; rows are put together by the lengths of their anchors.
 *
 * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` from `batch`, for an example that lacks what the loss reads.
 */
export function exampleRows({ encoded, reading, rows, example }: EmbeddingExamples, loss: EmbeddingLoss): BatchSource {
  const feeds = new TextFeeds({ encoded }, reading);
  const texts = textsOfLoss(loss);
  const textFeeds = (examples: readonly EmbeddingExample[], text: RowText) => {
    const places = Int32Array.from(examples, (each) => given(each[text], text));
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
      return Object.assign({}, ...inputs, TARGETS[loss.kind](examples, loss)) as Record<string, Tensor>;
    },
  };
}

function numbers(values: readonly number[]): Tensor {
  return { dtype: "int64", shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
