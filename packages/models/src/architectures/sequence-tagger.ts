import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import { gru, lstm, sequenceLengths } from "../layers/recurrent.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { IGNORED_LABEL } from "./decoder.ts";
import { PADDED_TEXT, PIECE_LABELS } from "./text-inputs.ts";

export interface SequenceTaggerConfig {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  /** Of the state of one direction. */
  readonly width: number;
  readonly tags: number;
  /** Default 1. */
  readonly layers?: number;
  /** Default `lstm`. */
  readonly cell?: "lstm" | "gru";
}

const CELLS = { lstm, gru } as const;

/**
 * A tag for each token (a character, a word) of a padded text, by a recurrent network in both directions: `logits` float32
 * `[batch, sequence, tags]`. Labels of −100 do not count; the loss is the mean cross-entropy over the others.
 *
 * @see Huang, Xu & Yu 2015, arXiv:1508.01991.
 */
export function sequenceTagger(config: SequenceTaggerConfig): ModelOf<"logits"> {
  const { vocabularySize, embeddingWidth, width, tags, layers = 1, cell = "lstm" } = config;
  return defineModel({
    name: "sequence-tagger",
    inputs: PADDED_TEXT,
    targets: PIECE_LABELS,
    forward: (c, { input_ids, attention_mask }) => {
      const tokens = embedding(c, input_ids, { name: "embedding", rows: vocabularySize, width: embeddingWidth }); // [B, T, E]
      const { states } = CELLS[cell](c, dropout(c, tokens, "embedding"), {
        name: cell,
        width,
        layers,
        bidirectional: true,
        lengths: sequenceLengths(c, attention_mask),
      }); // [B, T, 2H]
      return { logits: dense(c, dropout(c, states, "states"), { name: "head", width: tags }) }; // [B, T, tags]
    },
    loss: (c, { outputs, targets }) =>
      crossEntropy(c, { logits: outputs.logits, labels: targets.labels, ignoredLabel: IGNORED_LABEL }),
  });
}
