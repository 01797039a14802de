import type { Attribute } from "../graph/graph.ts";
import type { AttributeSpecs, Attributes, Operator } from "./operator.ts";

/** Attributes of a node with the operator's defaults, as its rules read them. */
export function resolveAttributes(
  operator: Operator,
  attributes: Readonly<Record<string, Attribute>>,
): Attributes<AttributeSpecs> {
  const resolved: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(operator.attributes))
    resolved[name] = attributes[name]?.value ?? spec.default;
  return resolved as Attributes<AttributeSpecs>;
}
