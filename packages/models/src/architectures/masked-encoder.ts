import type { Value } from "@modelwright/engine";
import { embeddingTable } from "../layers/embedding.ts";
import { INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { givenParameters, type NamedTensors } from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import { ENCODER_INPUT_NAMES, type Encoder, type EncoderInputs } from "./encoder.ts";
import { maskedTokenHead } from "./masked-token-head.ts";

/**
 * An encoder under a head that predicts masked tokens.
 *
 * @param options.positions int64 `[masked]`: places in the flat `[batch · sequence]` to predict. Default: all.
 * @returns Logits float32 `[batch, sequence, vocabularySize]`, or `[masked, vocabularySize]`.
 */
export function maskedEncoder(
  c: LayerContext,
  encoder: Encoder,
  { positions, ...inputs }: EncoderInputs & { readonly positions?: Value | undefined },
): Value {
  const { maskedHead, vocabularySize } = encoder;
  const vectors = encoder.apply(c, inputs).vectors?.(); // [B, T, H]
  if (maskedHead === undefined || vectors === undefined) {
    throw new Error(`${encoder.modelType} has no head that predicts masked tokens`);
  }
  const { embeddingWidth, ...head } = maskedHead;
  const words = { name: "word", rows: vocabularySize, width: embeddingWidth, initializer: truncatedNormal(0.02) };
  const table = c.scope("encoder", () => c.scope("embeddings", () => embeddingTable(c, words))); // [V, E]
  return maskedTokenHead(c, { vectors, table, positions }, head);
}

/**
 * The graph by which such a model is served: what its encoder reads, int64 `[batch, sequence]` each, to `logits`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` for a parameter that is missing or of another shape or dtype.
 */
export function buildMaskedEncoder(encoder: Encoder, parameters: NamedTensors): BuiltModel {
  return buildModel({
    name: encoder.modelType,
    source: givenParameters(parameters, "parameters"),
    build: INFERENCE,
    body: (c) => {
      const inputs = encoder.inputs.map((input) => {
        const value = c.b.input(ENCODER_INPUT_NAMES[input], "int64", ["batch", "sequence"]);
        return [input, value] as const;
      });
      const logits = maskedEncoder(c, encoder, Object.fromEntries(inputs) as unknown as EncoderInputs);
      return { inputs: inputs.map(([, value]) => value), outputs: { logits } };
    },
  });
}
