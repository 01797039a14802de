import { join } from "node:path";
import type { Tensor, Value } from "@modelwright/engine";
import { z } from "zod";
import { type ActivationName, activation } from "../../layers/activation.ts";
import { dense } from "../../layers/dense.ts";
import type { LayerContext } from "../../layers/layer-context.ts";
import type { Parameters } from "../../parameters/parameter.ts";
import { checked } from "./family.ts";
import { type ParameterNames, parameterNames } from "./parameter-names.ts";
import { publishedWeights } from "./published-weights.ts";
import { readJsonFile } from "./read-json-file.ts";
import { readWeights } from "./read-weights.ts";
import { weightFiles } from "./weight-files.ts";

/** An affine map of the vector of a text, which sentence-transformers puts behind the pooling. */
export interface SentenceDense {
  /** Where its weights lie. */
  readonly folder: string;
  readonly width: number;
  readonly hasBias: boolean;
  readonly activation: ActivationName;
}

/** PyTorch's modules by the names that the files have. */
const ACTIVATIONS: Readonly<Record<string, ActivationName>> = {
  "torch.nn.modules.linear.Identity": "linear",
  "torch.nn.modules.activation.Tanh": "tanh",
  "torch.nn.modules.activation.ReLU": "relu",
  "torch.nn.modules.activation.GELU": "gelu",
  "torch.nn.modules.activation.SiLU": "silu",
  "torch.nn.modules.activation.Sigmoid": "sigmoid",
};

const MODULES = Object.fromEntries(Object.entries(ACTIVATIONS).map(([module, name]) => [name, module]));

/** What a map reads and gives: the vector of a text, not those of its tokens. */
const vectorOfText = z.literal("sentence_embedding").nullish();

const schema = z.object({
  module_input_name: vectorOfText,
  module_output_name: vectorOfText,
  in_features: z.int().positive(),
  out_features: z.int().positive(),
  bias: z.boolean().default(true),
  activation_function: z
    .enum(Object.keys(ACTIVATIONS) as [string, ...string[]])
    .default("torch.nn.modules.activation.Tanh"),
});

/** @throws {ModelwrightError} `MODEL_CONFIG_INVALID`. */
export async function readSentenceDense(folder: string): Promise<SentenceDense> {
  const file = join(folder, "config.json");
  const { out_features, bias, activation_function } = checked(schema, (await readJsonFile(file)) ?? {}, file);
  return { folder, width: out_features, hasBias: bias, activation: ACTIVATIONS[activation_function]! };
}

const scopeOf = (place: number) => `dense${place}`;
const NAMES = parameterNames({ dense: { "#.linear": "sentence.dense#" }, kept: {} }, { prefix: "" });

/** Names in the file of the map at a place. */
function namesOf(place: number): ParameterNames {
  const file = `${place}.`;
  return {
    toOurs: (published) => NAMES.toOurs(file + published),
    toPublished: (ours) => {
      const found = NAMES.toPublished(ours);
      return found?.name.startsWith(file) ? { ...found, name: found.name.slice(file.length) } : undefined;
    },
  };
}

/**
 * The tensors of such maps under our names.
 *
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE`, `MODEL_WEIGHTS_INVALID`.
 */
export async function readSentenceWeights(
  layers: readonly SentenceDense[],
): Promise<{ readonly tensors: ReadonlyMap<string, Tensor<"float32">>; readonly files: readonly string[] }> {
  const tensors = new Map<string, Tensor<"float32">>();
  const files: string[] = [];
  for (const [place, { folder }] of layers.entries()) {
    const own = await weightFiles(folder);
    for (const [name, value] of (await readWeights(own, namesOf(place))).tensors) tensors.set(name, value);
    files.push(...own);
  }
  return { tensors, files };
}

/** A map as sentence-transformers keeps it in a folder of its own. */
export interface PublishedDense {
  readonly config: {
    readonly in_features: number;
    readonly out_features: number;
    readonly bias: boolean;
    readonly activation_function: string;
  };
  /** For `writeSafetensors`. */
  readonly tensors: ReadonlyMap<string, Tensor<"float32">>;
}

/** The maps behind the pooling as they are published, in their order, with the weights that an encoder's parameters hold. */
export function publishedDense(layers: readonly SentenceDense[], parameters: Parameters): readonly PublishedDense[] {
  return layers.map(({ width, hasBias, activation: name }, place) => {
    const tensors = publishedWeights(namesOf(place), parameters);
    const inputs = tensors.get("linear.weight")?.shape[1];
    if (inputs === undefined) throw new Error(`no weights of ${scopeOf(place)}`);
    return {
      config: { in_features: inputs, out_features: width, bias: hasBias, activation_function: MODULES[name]! },
      tensors,
    };
  });
}

/** The maps one after another, in the scope where they are called: float32 `[batch, width]`. */
export function sentenceDense(c: LayerContext, pooled: Value, layers: readonly SentenceDense[]): Value {
  return layers.reduce(
    (x, { width, hasBias, activation: name }, place) =>
      activation(c, dense(c, x, { name: scopeOf(place), width, hasBias }), name),
    pooled,
  );
}
