import type { TableModelKind } from "@modelwright/contracts";
import { percent } from "../../wording/quantities.ts";
import { LEARNERS } from "./learners.ts";

/** What a model was made of: `the weighted mean of boosted-trees (75.0 %) and linear (25.0 %)`. */
export function partsInWords(parts: readonly { readonly kind: TableModelKind; readonly weight: number }[]): string {
  if (parts.length === 1) return LEARNERS[parts[0]!.kind].title;
  const named = parts.map(({ kind, weight }) => `${kind} (${percent(weight)})`);
  return `the weighted mean of ${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
}
