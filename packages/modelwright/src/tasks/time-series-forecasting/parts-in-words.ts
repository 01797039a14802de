import type { SeriesModelKind } from "@modelwright/contracts";

/** `70 % trees, 30 % ets`; of one model its name. */
export function partsInWords(parts: readonly { readonly kind: SeriesModelKind; readonly weight: number }[]): string {
  if (parts.length === 1) return parts[0]!.kind;
  return parts.map(({ kind, weight }) => `${Math.round(100 * weight)} % ${kind}`).join(", ");
}
