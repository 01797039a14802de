import type { Value } from "@modelwright/engine";
import type { LayerContext } from "../layers/layer-context.ts";
import { cosineSimilarity, multipleNegativesRanking, triplet } from "../losses/metric-learning.ts";
import { defineModel, type ModelOf, type TensorSpecs } from "../model-definition.ts";
import type { Encoder } from "./encoder.ts";

/** A text of a row: what is searched with, what belongs to it, and what does not. */
export type RowText = "anchor" | "positive" | "negative";

/** What texts that belong together are to have in common. */
export type EmbeddingLoss =
  /** Each anchor is nearer to its positive than to any other row's, and than to the rows' negatives where they have some. */
  | { readonly kind: "multiple-negatives"; readonly scale: number; readonly hardNegatives: boolean }
  /** Two texts have the cosine that is given. */
  | { readonly kind: "cosine" }
  /** The negative lies by the margin further away than the positive. */
  | { readonly kind: "triplet"; readonly margin: number };

type Vectors = Readonly<Record<RowText, Value>>;

/** What a loss reads, and how it is computed. */
interface LossRule {
  readonly texts: readonly RowText[];
  readonly targets: TensorSpecs;
  readonly loss: (c: LayerContext, vectors: Vectors, targets: Readonly<Record<string, Value>>) => Value;
}

const TEXT_NUMBERS = { dtype: "int64", shape: ["batch"] } as const;

const RULES: { readonly [Kind in EmbeddingLoss["kind"]]: (loss: EmbeddingLoss & { readonly kind: Kind }) => LossRule } =
  {
    "multiple-negatives": ({ scale, hardNegatives }) => ({
      texts: hardNegatives ? ["anchor", "positive", "negative"] : ["anchor", "positive"],
      targets: {
        anchor_numbers: TEXT_NUMBERS,
        positive_numbers: TEXT_NUMBERS,
        ...(hardNegatives ? { negative_numbers: TEXT_NUMBERS } : {}),
      },
      loss: (c, { anchor, positive, negative }, targets) =>
        multipleNegativesRanking(c, {
          anchors: anchor,
          positives: positive,
          ...(hardNegatives ? { negatives: negative } : {}),
          numbers: {
            anchors: targets["anchor_numbers"]!,
            positives: targets["positive_numbers"]!,
            ...(hardNegatives ? { negatives: targets["negative_numbers"]! } : {}),
          },
          scale,
        }),
    }),
    cosine: () => ({
      texts: ["anchor", "positive"],
      targets: { similarities: { dtype: "float32", shape: ["batch"] } },
      loss: (c, { anchor, positive }, targets) =>
        cosineSimilarity(c, { left: anchor, right: positive, similarities: targets["similarities"]! }),
    }),
    triplet: ({ margin }) => ({
      texts: ["anchor", "positive", "negative"],
      targets: {},
      loss: (c, { anchor, positive, negative }) =>
        triplet(c, { anchors: anchor, positives: positive, negatives: negative, margin }),
    }),
  };

/** The texts of a row that a loss reads, in the order of the model's inputs. */
export function textsOfLoss(loss: EmbeddingLoss): readonly RowText[] {
  return ruleOf(loss).texts;
}

function ruleOf(loss: EmbeddingLoss): LossRule {
  return RULES[loss.kind](loss as never);
}

/**
 * Two or three texts of a row through one encoder, ready for `trainModel` (Reimers & Gurevych 2019, arXiv:1908.10084).
 *
 * Inputs, for each text that the loss reads: `<text>_ids` and `<text>_mask`, int64 `[batch, <text>_length]`. Targets: of multiple
 * negatives `anchor_numbers`, `positive_numbers` and with hard ones `negative_numbers`, int64 `[batch]`, equal where the texts are; of
 * cosine `similarities`, float32 `[batch]`. Outputs: the vectors as the encoder pools them, float32 `[batch, width]`, under the names of the texts.
 */
export function embeddingModel(encoder: Encoder, loss: EmbeddingLoss): ModelOf<RowText> {
  const rule = ruleOf(loss);
  const inputs: TensorSpecs = Object.fromEntries(
    rule.texts.flatMap((text) =>
      ["ids", "mask"].map((part) => [`${text}_${part}`, { dtype: "int64", shape: ["batch", `${text}_length`] }]),
    ),
  );
  const model = defineModel({
    name: `${encoder.modelType}-${loss.kind}`,
    inputs,
    targets: rule.targets,
    // Asked for a parameter of one name again, the context shares it.
    forward: (c, values): Readonly<Record<string, Value>> =>
      Object.fromEntries(
        rule.texts.map((text) => {
          const [inputIds, attentionMask] = [values[`${text}_ids`]!, values[`${text}_mask`]!];
          return [text, encoder.apply(c, { inputIds, attentionMask }).pooled()];
        }),
      ),
    loss: (c, { outputs, targets }) => rule.loss(c, outputs as Vectors, targets),
  });
  return model as ModelOf<RowText>;
}
