import type { RandomSource } from "@modelwright/engine";
import { type BuildOptions, INFERENCE } from "../layers/layer-context.ts";
import type { Parameters } from "../parameters/parameter.ts";
import {
  drawnParameters,
  givenParameters,
  type NamedTensors,
  type ParameterSource,
} from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import { classificationHead } from "./text-classifier.ts";

export interface FeatureClassifierOptions {
  /** Width of a feature vector, such as an encoder's `width`. */
  readonly width: number;
  readonly classes: number;
  readonly parameters: NamedTensors;
  readonly build: BuildOptions;
}

/**
 * The head of a text classifier on vectors computed before: `features`, float32 `[batch, width]`, to `logits`, float32 `[batch, classes]`.
 *
 * Its parameters have the names they have in a text classifier, so a head trained here goes on top of the encoder as it is.
 */
export function buildFeatureClassifier({ parameters, ...options }: FeatureClassifierOptions): BuiltModel {
  return featureClassifier(options, givenParameters(parameters, "parameters"));
}

/** Fresh parameters of a head. */
export function initialHeadParameters(options: {
  readonly width: number;
  readonly classes: number;
  readonly random: RandomSource;
}): Parameters {
  return featureClassifier({ ...options, build: INFERENCE }, drawnParameters(options.random)).parameters;
}

function featureClassifier(
  { width, classes, build }: Pick<FeatureClassifierOptions, "width" | "classes" | "build">,
  source: ParameterSource,
): BuiltModel {
  return buildModel({
    name: "feature-classifier",
    source,
    build,
    body: (c) => {
      const features = c.b.input("features", "float32", ["batch", width]);
      return { inputs: [features], outputs: { logits: classificationHead(c, features, classes) } };
    },
  });
}
