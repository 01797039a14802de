import { join } from "node:path";
import type { Tensor, Value } from "@modelwright/engine";
import { z } from "zod";
import { type ActivationName, activation } from "../../layers/activation.ts";
import { dense } from "../../layers/dense.ts";
import type { LayerContext } from "../../layers/layer-context.ts";
import { checked } from "./family.ts";
import { parameterNames } from "./parameter-names.ts";
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

const schema = z.object({
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
    const names = parameterNames({ dense: { linear: `sentence.${scopeOf(place)}` }, kept: {} }, { prefix: "" });
    for (const [name, value] of (await readWeights(own, names)).tensors) tensors.set(name, value);
    files.push(...own);
  }
  return { tensors, files };
}

/** The maps one after another, in the scope where they are called: float32 `[batch, width]`. */
export function sentenceDense(c: LayerContext, pooled: Value, layers: readonly SentenceDense[]): Value {
  return layers.reduce(
    (x, { width, hasBias, activation: name }, place) =>
      activation(c, dense(c, x, { name: scopeOf(place), width, hasBias }), name),
    pooled,
  );
}
