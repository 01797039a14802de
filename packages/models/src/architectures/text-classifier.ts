import type { RandomSource, Value } from "@modelwright/engine";
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
import type { Architecture } from "./architecture.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import { textInputs } from "./text-encoder.ts";

export interface TextClassifierOptions {
  readonly architecture: Architecture;
  readonly classes: number;
  /** Parameters or tensors by name. */
  readonly parameters: NamedTensors;
  readonly build: BuildOptions;
  /** Where the parameters were read from, for messages. Default `parameters`. */
  readonly file?: string;
}

/**
 * An encoder under a linear head: `input_ids`, `attention_mask`, both int64 `[batch, sequence]`, to `logits`, float32 `[batch, classes]`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` if a parameter is missing or of another shape.
 */
export function buildTextClassifier(options: TextClassifierOptions): BuiltModel {
  const { parameters, file = "parameters" } = options;
  return textClassifier(options, givenParameters(parameters, file));
}

export interface InitialParametersOptions {
  readonly architecture: Architecture;
  readonly classes: number;
  /** Parameters that exist already, such as a pretrained encoder's. They are taken as they are; the rest is drawn. */
  readonly pretrained?: NamedTensors;
  /** Each drawn parameter has a stream of its own name. */
  readonly random: RandomSource;
}

/** The parameters with which training of a text classifier starts: a pretrained encoder under a fresh head, or everything fresh. */
export function initialParameters(options: InitialParametersOptions): Parameters {
  const { architecture, classes, pretrained = new Map(), random } = options;
  const source = givenOr(pretrained, "pretrained parameters", drawnParameters(random));
  return textClassifier({ architecture, classes, build: INFERENCE }, source).parameters;
}

function textClassifier(
  { architecture, classes, build }: Pick<TextClassifierOptions, "architecture" | "classes" | "build">,
  source: ParameterSource,
): BuiltModel {
  return buildModel({
    name: `${architecture.modelType}-classifier`,
    source,
    build,
    body: (c) => {
      const { inputIds, attentionMask } = textInputs(c);
      const embedding = architecture.encode(c, inputIds, attentionMask); // [B, H]
      return { inputs: [inputIds, attentionMask], outputs: { logits: classificationHead(c, embedding, classes) } };
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
