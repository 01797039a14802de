import { type Value, zeros } from "@modelwright/engine";
import { type BuildOptions, INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import { constant } from "../parameters/initializers.ts";
import type { Parameters } from "../parameters/parameter.ts";
import { givenParameters, type NamedTensors, type ParameterSource } from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";

export interface BagOfFeaturesOptions {
  /** Size of the feature vocabulary. */
  readonly features: number;
  readonly classes: number;
  readonly parameters: NamedTensors;
  readonly build: BuildOptions;
}

/**
 * Multinomial logistic regression on sparse vectors, such as TF-IDF rows.
 *
 * Inputs: `indices`, int64 `[batch, nonzeros]` in `[0, features)`, and `values`, float32 `[batch, nonzeros]`; a shorter row is padded
 * with value 0 at any index. Output: `logits`, float32 `[batch, classes]`.
 */
export function buildBagOfFeatures({ parameters, ...options }: BagOfFeaturesOptions): BuiltModel {
  return bagOfFeatures(options, givenParameters(parameters, "parameters"));
}

/** All zeros: the loss is convex, so the start decides nothing. */
export function initialBagOfFeaturesParameters(options: {
  readonly features: number;
  readonly classes: number;
}): Parameters {
  const source: ParameterSource = { take: ({ shape }) => zeros("float32", shape) };
  return bagOfFeatures({ ...options, build: INFERENCE }, source).parameters;
}

function bagOfFeatures(
  { features, classes, build }: Pick<BagOfFeaturesOptions, "features" | "classes" | "build">,
  source: ParameterSource,
): BuiltModel {
  return buildModel({
    name: "bag-of-features",
    source,
    build,
    body: (c) => {
      const indices = c.b.input("indices", "int64", ["batch", "nonzeros"]);
      const values = c.b.input("values", "float32", ["batch", "nonzeros"]);
      const logits = c.scope("head", () => sparseAffine(c, { indices, values, features, classes }));
      return { inputs: [indices, values], outputs: { logits } };
    },
  });
}

/** Σ over nonzeros of value · weight row, + bias. B: rows in the batch, N: nonzeros, C: classes. */
function sparseAffine(
  c: LayerContext,
  { indices, values, features, classes }: { indices: Value; values: Value; features: number; classes: number },
): Value {
  const { b } = c;
  const weight = c.parameter("weight", [features, classes], { initializer: constant(0), decay: true }); // [features, C]
  const bias = c.parameter("bias", [classes], { initializer: constant(0), decay: false });
  const rows = b.op("Gather", [weight, indices], { axis: 0 }); // [B, N, C]
  const weights = b.op("Unsqueeze", [values, b.ints([1])]); // [B, 1, N]
  const sums = b.op("Reshape", [b.op("MatMul", [weights, rows]), b.ints([-1, classes])]); // [B, 1, C] → [B, C]
  return b.op("Add", [sums, bias]); // [B, C]
}
