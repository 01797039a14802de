import { ModelwrightError } from "@modelwright/contracts";
import { DTYPES, type Value } from "@modelwright/engine";
import { crfDecode } from "../crf/crf-decode.ts";
import { crfLoss } from "../crf/crf-loss.ts";
import { bioScores, type CrfScores } from "../crf/crf-scores.ts";
import { spanCounts } from "../crf/span-counts.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { IGNORED_LABEL } from "./decoder.ts";
import type { Encoder } from "./encoder.ts";
import { linearHead } from "./linear-head.ts";
import { PADDED_TEXT, PIECE_LABELS } from "./text-inputs.ts";

/** An encoder under a layer that gives each token a tag. */
export interface TokenTaggerOptions {
  readonly architecture: Encoder;
  /** How many labels spans may have. */
  readonly labels: number;
  /** Whether the tags of a text are chosen together, by a conditional random field. Default: each by itself. */
  readonly crf?: boolean;
}

/** What a tagger says of each token of padded texts, `[batch, sequence]`. */
export type TaggerOutput = "logits" | "tags" | "probabilities";

/**
 * A pretrained encoder under a linear head for each token, with BIO tags of labels as in `spanTagger`: `logits` float32
 * `[batch, sequence, tags]`, `tags` int64 and `probabilities` float32 `[batch, sequence]`, the tags that are chosen and how likely each is.
 *
 * Targets `labels` int64 `[batch, sequence]`. Without a random field tokens of label −100 do not count: special tokens, and those of a word
 * behind its first one. A random field needs a tag for every token.
 *
 * @throws {ModelwrightError} `MODEL_GRAPH_UNFIT`, when it is built, for an encoder that has no vector per token.
 * @see Devlin et al. 2019, arXiv:1810.04805, section 5.3.
 */
export function tokenTagger({ architecture, labels, crf = false }: TokenTaggerOptions): ModelOf<TaggerOutput> {
  const head = crf ? fieldHead(labels) : softmaxHead();
  return defineModel({
    name: `${architecture.modelType}-token-classifier`,
    inputs: PADDED_TEXT,
    targets: PIECE_LABELS,
    forward: (c, { input_ids, attention_mask }) => {
      const { vectors } = architecture.apply(c, { inputIds: input_ids, attentionMask: attention_mask });
      if (vectors === undefined) refuse(architecture);
      const logits = linearHead(c, vectors(), 2 * labels + 1); // [B, T, tags]
      return { logits, ...head.choose(c, { logits, mask: attention_mask }) };
    },
    loss: (c, { inputs, outputs, targets }) =>
      head.loss(c, { logits: outputs.logits, labels: targets.labels, mask: inputs.attention_mask }),
    sums: (c, { outputs, targets }) => {
      const isLabelled = c.b.op("Not", [c.b.op("Equal", [targets.labels, c.b.scalar(IGNORED_LABEL, "int64")])]);
      const mask = c.b.op("Cast", [isLabelled], { to: DTYPES.int64.onnx });
      return { ...spanCounts(c, { actual: targets.labels, predicted: outputs.tags, mask }) };
    },
  });
}

function refuse({ modelType }: Encoder): never {
  const [rule, got] = ["a tagger needs a vector for each token", "one for each text alone"];
  throw new ModelwrightError("MODEL_GRAPH_UNFIT", { graph: modelType, rule, got });
}

interface TaggerHead {
  choose(
    c: LayerContext,
    values: { readonly logits: Value; readonly mask: Value },
  ): { readonly tags: Value; readonly probabilities: Value };
  loss(c: LayerContext, values: { readonly logits: Value; readonly labels: Value; readonly mask: Value }): Value;
}

/** Each tag by itself. */
function softmaxHead(): TaggerHead {
  return {
    choose: ({ b }, { logits }) => ({
      tags: b.op("ArgMax", [logits], { axis: -1, keepdims: 0 }),
      probabilities: b.op("ReduceMax", [b.op("Softmax", [logits], { axis: -1 }), b.ints([-1])], { keepdims: 0 }),
    }),
    loss: (c, { logits, labels }) => crossEntropy(c, { logits, labels, ignoredLabel: IGNORED_LABEL }),
  };
}

/** The tags of a text together. */
function fieldHead(labels: number): TaggerHead {
  /** What the loss needs of the layers, by the graph that they were built in. */
  const built = new WeakMap<LayerContext, CrfScores>();
  return {
    choose: (c, { logits, mask }) => {
      const scores = c.scope("head", () => bioScores(c, { name: "crf", labels }));
      built.set(c, scores);
      const { tags, probabilities } = crfDecode(c, { emissions: logits, mask, ...scores });
      return { tags, probabilities };
    },
    loss: (c, { logits, labels: tags, mask }) => crfLoss(c, { emissions: logits, mask, tags, ...built.get(c)! }),
  };
}
