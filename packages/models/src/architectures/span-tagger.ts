import type { Value } from "@modelwright/engine";
import { crfDecode } from "../crf/crf-decode.ts";
import { crfLoss } from "../crf/crf-loss.ts";
import { bioScores, type CrfScores } from "../crf/crf-scores.ts";
import { spanCounts } from "../crf/span-counts.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { lstm, sequenceLengths } from "../layers/recurrent.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { PADDED_TEXT, PIECE_LABELS } from "./text-inputs.ts";

/**
 * What gives a vector for each token of padded texts: `[batch, sequence, width]` of ids and mask, int64 `[batch, sequence]` each.
 *
 * @param c Where it builds its layers.
 */
export type TokenVectors = (
  c: LayerContext,
  inputs: { readonly input_ids: Value; readonly attention_mask: Value },
) => Value;

export interface BilstmVectorsConfig {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  /** Of the state of one direction. */
  readonly width: number;
  readonly layers: number;
}

/** Vectors of tokens by an LSTM in both directions on an embedding. */
export function bilstmVectors({ vocabularySize, embeddingWidth, width, layers }: BilstmVectorsConfig): TokenVectors {
  return (c, { input_ids, attention_mask }) => {
    const tokens = embedding(c, input_ids, { name: "embedding", rows: vocabularySize, width: embeddingWidth }); // [B, T, E]
    const { states } = lstm(c, dropout(c, tokens, "embedding"), {
      name: "lstm",
      width,
      layers,
      bidirectional: true,
      lengths: sequenceLengths(c, attention_mask),
    });
    return states; // [B, T, 2H]
  };
}

/**
 * Marks spans in texts: BIO tags of labels under a conditional random field, on a vector for each token.
 *
 * Outputs `tags` int64 and `probabilities` float32, each `[batch, sequence]`: the likeliest tags together, and how likely each of them is.
 * Targets `labels` int64 `[batch, sequence]`: 0 outside, 2 i + 1 begins a span of label i, 2 i + 2 goes on with it. The sums `actual`,
 * `predicted` and `right` count spans.
 *
 * @see Huang, Xu & Yu 2015, arXiv:1508.01991; Lample et al. 2016, arXiv:1603.01360.
 */
export function spanTagger(options: {
  readonly name: string;
  readonly vectors: TokenVectors;
  /** How many. */
  readonly labels: number;
}): ModelOf<"tags" | "probabilities"> {
  const { name, vectors, labels } = options;
  /** What the loss needs of the layers, by the graph that they were built in. */
  const built = new WeakMap<LayerContext, { readonly emissions: Value; readonly scores: CrfScores }>();
  return defineModel({
    name,
    inputs: PADDED_TEXT,
    targets: PIECE_LABELS,
    forward: (c, inputs) => {
      const states = dropout(c, vectors(c, inputs), "states");
      const emissions = dense(c, states, { name: "head", width: 2 * labels + 1 });
      const scores = bioScores(c, { name: "crf", labels });
      built.set(c, { emissions, scores });
      const { tags, probabilities } = crfDecode(c, { emissions, mask: inputs.attention_mask, ...scores });
      return { tags, probabilities };
    },
    loss: (c, { inputs, targets }) => {
      const { emissions, scores } = built.get(c)!;
      return crfLoss(c, { emissions, mask: inputs.attention_mask, tags: targets.labels, ...scores });
    },
    sums: (c, { inputs, outputs, targets }) => ({
      ...spanCounts(c, { actual: targets.labels, predicted: outputs.tags, mask: inputs.attention_mask }),
    }),
  });
}
