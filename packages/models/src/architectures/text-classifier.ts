import type { RandomSource, Value } from "@modelwright/engine";
import { bagOfPieces } from "../layers/bag-of-pieces.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { type BuildOptions, INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import type { Parameters } from "../parameters/parameter.ts";
import {
  drawnParameters,
  givenOr,
  givenParameters,
  type NamedTensors,
  type ParameterSource,
} from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import type { Encoder } from "./encoder.ts";
import { textInputs } from "./text-encoder.ts";

export interface TextClassifierOptions {
  readonly architecture: Encoder;
  readonly classes: number;
  /** Whether a linear bag of pieces over `bag_ids` stands beside the encoder. Default false. */
  readonly bag?: boolean;
  /** Parameters or tensors by name. */
  readonly parameters: NamedTensors;
  readonly build: BuildOptions;
  /** Where the parameters were read from, for messages. Default `parameters`. */
  readonly file?: string;
}

/**
 * An encoder under a linear head: `input_ids`, `attention_mask`, both int64 `[batch, sequence]`, to `logits`, float32 `[batch, classes]`.
 *
 * With a bag, `bag_ids`, int64 `[batch, bag]`, holds the pieces of a text beyond what the encoder reads, padded with 0; the scores of both
 * are added.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` if a parameter is missing or of another shape.
 */
export function buildTextClassifier(options: TextClassifierOptions): BuiltModel {
  const { parameters, file = "parameters" } = options;
  return textClassifier(options, givenParameters(parameters, file));
}

export interface InitialParametersOptions {
  readonly architecture: Encoder;
  readonly classes: number;
  /** Default false. */
  readonly bag?: boolean;
  /** Parameters that exist already, such as a pretrained encoder's. They are taken as they are; the rest is drawn. */
  readonly pretrained?: NamedTensors;
  /** Each drawn parameter has a stream of its own name. */
  readonly random: RandomSource;
}

/** The parameters with which training of a text classifier starts: a pretrained encoder under a fresh head, or everything fresh. */
export function initialParameters(options: InitialParametersOptions): Parameters {
  const { pretrained = new Map(), random, ...model } = options;
  const source = givenOr(pretrained, "pretrained parameters", drawnParameters(random));
  return textClassifier({ ...model, build: INFERENCE }, source).parameters;
}

function textClassifier(
  {
    architecture,
    classes,
    bag = false,
    build,
  }: Pick<TextClassifierOptions, "architecture" | "classes" | "bag" | "build">,
  source: ParameterSource,
): BuiltModel {
  return buildModel({
    name: `${architecture.modelType}-classifier`,
    source,
    build,
    body: (c) => {
      const { inputIds, attentionMask } = textInputs(c);
      const embedding = architecture.apply(c, { inputIds, attentionMask }).pooled(); // [B, H]
      const logits = classificationHead(c, embedding, classes); // [B, classes]
      if (!bag) return { inputs: [inputIds, attentionMask], outputs: { logits } };
      const bagIds = c.b.input("bag_ids", "int64", ["batch", "bag"]);
      const { vocabularySize } = architecture;
      const wide = bagOfPieces(c, bagIds, { name: "bag", vocabularySize, classes }); // [B, classes]
      return { inputs: [inputIds, attentionMask, bagIds], outputs: { logits: c.b.op("Add", [logits, wide]) } };
    },
  });
}

/** Dropout and a dense layer: `[batch, width]` to `[batch, classes]`. Its parameters are `head.classifier.weight` and `.bias`. */
export function classificationHead(c: LayerContext, features: Value, classes: number): Value {
  return c.scope("head", () =>
    dense(c, dropout(c, features, "features"), {
      name: "classifier",
      width: classes,
      initializer: truncatedNormal(0.02),
    }),
  );
}
