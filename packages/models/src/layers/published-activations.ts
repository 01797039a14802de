import type { ActivationName } from "./activation.ts";

/** Our activations by the names that transformers has for them; of several that mean the same, the first is written. */
export const PUBLISHED_ACTIVATIONS = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "geluTanh",
  gelu_fast: "geluTanh",
  gelu_pytorch_tanh: "geluTanh",
  quick_gelu: "quickGelu",
  relu: "relu",
  silu: "silu",
  swish: "silu",
  mish: "mish",
  tanh: "tanh",
} as const satisfies Readonly<Record<string, ActivationName>>;

/** Names of transformers. */
export type PublishedActivation = keyof typeof PUBLISHED_ACTIVATIONS;

/** The name that transformers has for an activation; our own where it has none. */
export function publishedActivation(activation: ActivationName): string {
  const found = Object.entries(PUBLISHED_ACTIVATIONS).find(([, ours]) => ours === activation);
  return found?.[0] ?? activation;
}
