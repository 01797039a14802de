import type { Graph } from "@modelwright/engine";
import { FAMILIES } from "../hugging-face/families.ts";
import type { Family } from "../hugging-face/family.ts";
import { type ParameterNames, parameterNames } from "../hugging-face/parameter-names.ts";

/** Parameters of our encoders stand in this scope, and so do those of graphs. */
const SCOPE = "encoder.";
/** A module that every one of its families has, of a graph whose files do not say the family. */
const FEWEST_KNOWN = 4;

/** Names of a graph's weights in the family of its model, and here. */
export interface GraphNames {
  readonly family: Family;
  readonly names: ParameterNames;
}

/**
 * The names of the family that a graph's files name, otherwise of the first that knows the names in the graph; undefined where none does.
 */
export function graphNames(graph: Graph, family: Family | undefined): GraphNames | undefined {
  const weights = [...graph.initializers.keys()];
  for (const candidate of family === undefined ? Object.values(FAMILIES) : [family]) {
    const names = parameterNames(candidate.names, { prefix: candidate.prefix });
    const known = weights.filter((name) => ownName(names, name) !== undefined).length;
    if (family !== undefined || known >= FEWEST_KNOWN) return { family: candidate, names };
  }
  return undefined;
}

/** What a published parameter is called here, without our scope; exporters put names of modules around it in front. */
export function ownName(names: ParameterNames, published: string): string | undefined {
  const words = published.split(".");
  for (let first = 0; first < words.length - 1; first++) {
    const found = names.toOurs(words.slice(first).join("."));
    if (found !== undefined) return found.name.slice(SCOPE.length);
  }
  return undefined;
}
