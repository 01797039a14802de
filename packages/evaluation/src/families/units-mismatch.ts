import type { UnitMismatch } from "./metric-family.ts";

/** Why two outcomes are not over the same labels. */
export function labelsMismatch(a: readonly string[], b: readonly string[]): UnitMismatch | undefined {
  if (a.length !== b.length) return { what: `${a.length} labels against ${b.length}` };
  const at = a.findIndex((label, index) => label !== b[index]);
  return at === -1 ? undefined : { what: `label ${at} is "${a[at]}" for one and "${b[at]}" for the other` };
}
