import { ModelwrightError } from "@modelwright/contracts";
import { DTYPES, type DType, type Graph, type NumericDType, type Value } from "@modelwright/engine";
import { attentionMask } from "../layers/attention-mask.ts";
import { type GraphLayerOptions, graphLayer } from "../layers/graph-layer.ts";
import { uniformRows } from "../layers/imported-graph/uniform-rows.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { builtOnDemand, ENCODER_INPUT_NAMES, type Encoder, type EncoderInput, type EncoderInputs } from "./encoder.ts";

/** Which values of a graph are what an encoder gives, by their names. */
type GraphEncoderValues =
  /** A vector per token, and one per text; without the latter, a text has the mean of its tokens' vectors. */
  { readonly vectors: string; readonly pooled?: string } | { readonly vectors?: string; readonly pooled: string };

export type GraphEncoderOptions = GraphEncoderValues & {
  /** Reads `input_ids`, `attention_mask` and perhaps `token_type_ids`, int64 or int32 `[batch, sequence]` each. */
  readonly graph: Graph;
  /** `model_type` in `config.json`. */
  readonly modelType: string;
  /** Token ids are below it. */
  readonly vocabularySize: number;
  /** Longest sequence that the graph reads, in tokens. */
  readonly maxLength: number;
  /** Default 0. */
  readonly padId?: number;
} & Pick<GraphLayerOptions, "parameters" | "layers">;

/**
 * An imported ONNX graph as a text encoder; its parameters have the names of the graph's weights, in the scope `encoder`.
 *
 * @throws {ModelwrightError} `MODEL_GRAPH_UNFIT` if the graph has no such value, or one of no fixed width.
 */
export function graphEncoder(options: GraphEncoderOptions): Encoder {
  const { graph, modelType, vocabularySize, maxLength, padId = 0, vectors, pooled, parameters, layers } = options;
  const declared = new Map(graph.inputs.map(({ name, dtype }) => [name, dtype]));
  const inputs = (Object.keys(ENCODER_INPUT_NAMES) as EncoderInput[]).filter((input) =>
    declared.has(ENCODER_INPUT_NAMES[input]),
  );
  // Without types given, all tokens are of type 0.
  const untyped = uniformRows(graph, new Set([ENCODER_INPUT_NAMES.tokenTypeIds]));
  const valueNamed = (c: LayerContext, given: EncoderInputs, name: string) =>
    builtOnDemand(c, () => {
      const values = Object.fromEntries(
        inputs.map((input) => {
          const name = ENCODER_INPUT_NAMES[input];
          return [name, ofDType(c, given[input] ?? zerosLike(c, given.inputIds), declared.get(name)!)];
        }),
      );
      const layer = { outputs: [name], ...(parameters && { parameters }), ...(layers && { layers }) };
      const read = given.tokenTypeIds === undefined ? untyped : graph;
      return c.scope("encoder", () => graphLayer(c, read, values, layer)[name]!);
    });
  return {
    modelType,
    config: { vocab_size: vocabularySize, max_position_embeddings: maxLength },
    inputs,
    vocabularySize,
    width: widthOf(graph, (pooled ?? vectors)!),
    maxLength,
    padId,
    apply: (c, given) => {
      const perToken = vectors === undefined ? {} : { vectors: valueNamed(c, given, vectors) };
      if (pooled !== undefined) return { ...perToken, pooled: valueNamed(c, given, pooled) };
      const mean = () => meanPooling(c, perToken.vectors!(), attentionMask(c, given.attentionMask));
      return { ...perToken, pooled: builtOnDemand(c, mean) };
    },
  };
}

function ofDType({ b }: LayerContext, ids: Value, dtype: DType): Value {
  return ids.dtype === dtype ? ids : b.op("Cast", [ids], { to: DTYPES[dtype as NumericDType].onnx });
}

function zerosLike({ b }: LayerContext, ids: Value): Value {
  return b.op("Sub", [ids, ids]);
}

function widthOf(graph: Graph, name: string): number {
  const shape = graph.values.get(name)?.shape;
  const width = shape?.at(-1);
  if (typeof width === "number") return width;
  const got = shape === undefined ? `no "${name}"` : `[${shape.join(", ")}]`;
  throw new ModelwrightError("MODEL_GRAPH_UNFIT", { graph: graph.name, rule: "vectors have a fixed width", got });
}
