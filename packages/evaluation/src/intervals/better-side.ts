import type { Measure } from "@modelwright/contracts";

/** Which of two models the interval of `a − b` shows to be better. */
export function betterSide(better: "higher" | "lower", { low, high }: Measure): "a" | "b" | "undecided" {
  if (low === undefined || high === undefined || (low <= 0 && high >= 0)) return "undecided";
  return low > 0 === (better === "higher") ? "a" : "b";
}
