import type { Arm } from "@modelwright/registry";

/** The part of the traffic to which a request for a model belongs: one that names a version or an alias is pinned. */
export function armOf(reference: string): Arm {
  return /[@:]/.test(reference) ? "pinned" : "champion";
}
