import { choices, defineError } from "./error-definition.ts";

export const registryErrors = {
  REGISTRY_MODEL_UNKNOWN: defineError<{ name: string; known: readonly string[] }>({
    status: 404,
    meaning: "No model of this name is registered.",
    message: (d) => `no model "${d.name}" in the registry; it has ${choices(d.known)}`,
    remedy: "Train one with: modelwright train <recipe.yaml>",
  }),
};
