import type { RandomSource, Value } from "@modelwright/engine";
import { type BuildOptions, INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import type { Parameters } from "../parameters/parameter.ts";
import {
  drawnParameters,
  givenParameters,
  type NamedTensors,
  type ParameterSource,
} from "../parameters/parameter-source.ts";
import { type BuiltModel, buildModel } from "./built-model.ts";
import { type EncodedTexts, type Encoder, readsTokenTypes } from "./encoder.ts";

/** The inputs of every text model, under the names that transformers.js feeds. */
export function textInputs(c: LayerContext): { readonly inputIds: Value; readonly attentionMask: Value } {
  const shape = ["batch", "sequence"];
  return {
    inputIds: c.b.input("input_ids", "int64", shape),
    attentionMask: c.b.input("attention_mask", "int64", shape),
  };
}

function tokenTypeInput(c: LayerContext): Value {
  return c.b.input("token_type_ids", "int64", ["batch", "sequence"]);
}

export interface TextEncoderOptions {
  readonly architecture: Encoder;
  /** Parameters or tensors by name; others than the encoder's are passed over. */
  readonly parameters: NamedTensors;
  /** Whether it reads pairs of texts, with `token_type_ids` where the encoder tells them apart by it. Default false. */
  readonly pairs?: boolean;
  /** Default: inference. */
  readonly build?: BuildOptions;
  /** Where the parameters were read from, for messages. Default `parameters`. */
  readonly file?: string;
}

/** Names of what a sentence encoder gives, as exports by Optimum have them: transformers.js reads the first, others the second. */
export const SENTENCE_OUTPUTS = { vectors: "last_hidden_state", pooled: "sentence_embedding" } as const;

/**
 * An encoder alone: `input_ids`, `attention_mask`, both int64 `[batch, sequence]`, to `embedding`, float32 `[batch, width]`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` if a parameter is missing or of another shape.
 */
export function buildTextEncoder(options: TextEncoderOptions): BuiltModel {
  return buildGiven(options, ({ pooled }) => ({ embedding: pooled() }));
}

/**
 * An encoder to serve: the same inputs to `sentence_embedding`, float32 `[batch, width]`, and, where the encoder gives vectors of tokens,
 * `last_hidden_state`, float32 `[batch, sequence, width]`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` if a parameter is missing or of another shape.
 */
export function buildSentenceEncoder(options: TextEncoderOptions): BuiltModel {
  return buildGiven(options, ({ vectors, pooled }) => ({
    ...(vectors === undefined ? {} : { [SENTENCE_OUTPUTS.vectors]: vectors() }),
    [SENTENCE_OUTPUTS.pooled]: pooled(),
  }));
}

/** Every parameter of an encoder, drawn afresh, under the names for which it asks. */
export function drawTextEncoder(architecture: Encoder, random: RandomSource): Parameters {
  const outputs = ({ pooled }: EncodedTexts) => ({ embedding: pooled() });
  return buildFrom(drawnParameters(random), { architecture, pairs: false, build: INFERENCE, outputs }).parameters;
}

type OutputsOf = (encoded: EncodedTexts) => Readonly<Record<string, Value>>;

function buildGiven(options: TextEncoderOptions, outputs: OutputsOf): BuiltModel {
  const { architecture, parameters, pairs = false, build = INFERENCE, file = "parameters" } = options;
  return buildFrom(givenParameters(parameters, file), { architecture, pairs, build, outputs });
}

function buildFrom(
  source: ParameterSource,
  {
    architecture,
    pairs,
    build,
    outputs,
  }: {
    readonly architecture: Encoder;
    readonly pairs: boolean;
    readonly build: BuildOptions;
    readonly outputs: OutputsOf;
  },
): BuiltModel {
  return buildModel({
    name: architecture.modelType,
    source,
    build,
    body: (c) => {
      const texts = textInputs(c);
      const types = pairs && readsTokenTypes(architecture) ? [tokenTypeInput(c)] : [];
      return {
        inputs: [texts.inputIds, texts.attentionMask, ...types],
        outputs: outputs(architecture.apply(c, { ...texts, tokenTypeIds: types[0] })),
      };
    },
  });
}
