import type { DriftThreshold } from "@modelwright/contracts";
import { distanceOf, type SketchComparison } from "./compare-sketches.ts";
import { holm } from "./p-values.ts";

/** What two samples of a column say of whether they are of one distribution. */
export const DRIFT_VERDICTS = ["drifted", "undecided", "steady"] as const;
export type DriftVerdict = (typeof DRIFT_VERDICTS)[number];

/** How one column of two tables, or of a reference and a window, differs. */
export interface ColumnDrift extends SketchComparison {
  readonly name: string;
  readonly verdict: DriftVerdict;
  /** Corrected for the number of columns. */
  readonly chance: number;
  /** What the stability index, or the energy coefficient of vectors, was held to. */
  readonly threshold: DriftThreshold;
}

/** The customary thresholds of a stability index: below the first it is steady, from the second on drifted, if chance does not explain it. */
export const CUSTOMARY: DriftThreshold = { steady: 0.1, drifted: 0.2 };
const UNLIKELY = 0.05;

/** Judges columns together: the chance that any that is alike is called drifted is that of one, by Holm's method. */
export function judgeColumns(
  compared: readonly {
    readonly name: string;
    readonly comparison: SketchComparison;
    readonly threshold: DriftThreshold;
  }[],
): ColumnDrift[] {
  const chances = holm(compared.map(({ comparison }) => comparison.chance));
  return compared.map(({ name, comparison, threshold }, i) => {
    const chance = chances[i]!;
    return { name, verdict: verdictOf(distanceOf(comparison), chance, threshold), ...comparison, chance, threshold };
  });
}

function verdictOf(distance: number, chance: number, { steady, drifted }: DriftThreshold): DriftVerdict {
  if (distance < steady) return "steady";
  return distance >= drifted && chance < UNLIKELY ? "drifted" : "undecided";
}
