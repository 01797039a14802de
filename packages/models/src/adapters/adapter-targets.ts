import { ModelwrightError } from "@modelwright/contracts";
import { RandomSource } from "@modelwright/engine";
import { buildPrediction, type ModelDefinition } from "../model-definition.ts";
import { drawnParameters, givenOr, type NamedTensors } from "../parameters/parameter-source.ts";
import type { AdaptableLayer, LowRankAdapters } from "./low-rank-adapters.ts";

/** Scopes of the layers of a model that can have an adapter, and the kind of each, in the order in which they are built. */
export type AdaptableLayers = ReadonlyMap<string, AdaptableLayer>;

/** Builds a model once to find its layers. */
export function adaptableLayers(definition: ModelDefinition, parameters: NamedTensors): AdaptableLayers {
  const layers = new Map<string, AdaptableLayer>();
  const targets: LowRankAdapters["targets"] = (layer, kind) => {
    layers.set(layer, kind);
    return false;
  };
  const source = givenOr(parameters, "parameters", drawnParameters(RandomSource.fromSeed(0)));
  buildPrediction(definition, { source, build: { trainable: () => false, adapters: { rank: 1, alpha: 1, targets } } });
  return layers;
}

/** Every linear layer, or layers by name: see `matchesScope`. */
export type AdapterTargets = "all-linear" | readonly string[];

/**
 * The layers that `targets` names.
 *
 * @param option Where it was written, for messages.
 * @throws {ModelwrightError} `MODEL_LAYER_UNKNOWN` for a name that fits no layer.
 */
export function targetedLayers(
  targets: AdapterTargets,
  { layers, option }: { readonly layers: AdaptableLayers; readonly option: string },
): ReadonlySet<string> {
  if (typeof targets === "string") {
    return new Set([...layers].filter(([, kind]) => kind === "linear").map(([layer]) => layer));
  }
  return namedScopes(targets, { scopes: [...layers.keys()], option });
}

/**
 * The scopes that patterns name: each is one, or the end of one behind a dot, where `*` stands for any characters. `query` names
 * `encoder.layer0.attention.query` and the same of every layer.
 *
 * @throws {ModelwrightError} `MODEL_LAYER_UNKNOWN` for a pattern that names none.
 */
export function namedScopes(
  patterns: readonly string[],
  { scopes, option }: { readonly scopes: readonly string[]; readonly option: string },
): ReadonlySet<string> {
  const named = new Set<string>();
  for (const pattern of patterns) {
    const expression = new RegExp(`^(?:.*\\.)?${pattern.split("*").map(escaped).join(".*")}$`);
    const found = scopes.filter((scope) => expression.test(scope));
    if (found.length === 0)
      throw new ModelwrightError("MODEL_LAYER_UNKNOWN", { option, layer: pattern, known: ends(scopes) });
    for (const scope of found) named.add(scope);
  }
  return named;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The last words of scopes, each once: what one writes to name them in every layer. */
function ends(scopes: readonly string[]): string[] {
  return [...new Set(scopes.map((scope) => scope.split(".").slice(-2).join(".")))];
}
