import { ModelwrightError } from "@modelwright/contracts";
import type { Feature } from "../feature-input.ts";
import { type FeatureMatrix, fitProjection, type ReduceSettings } from "./projections.ts";
import type { SelectSettings } from "./relevance.ts";
import type { FittedReduction } from "./table.ts";

export interface ReductionSettings {
  /** Which features are kept. Default: all. */
  readonly select?: SelectSettings | undefined;
  /** Makes fewer numbers of all that are kept. Default: they stay. */
  readonly reduce?: ReduceSettings | undefined;
}

/** Learns directions, and makes a number of each. */
export function fitReduction(
  matrix: FeatureMatrix,
  features: readonly Feature[],
  settings: ReduceSettings,
): FittedReduction {
  checkNumbers(matrix, features, settings.by);
  return { reduce: "project", state: fitProjection(matrix, settings) };
}

/**
 * Codes have no directions, and nothing can be added to what is missing.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID` naming a feature that is no plain number, or has none.
 */
export function checkNumbers({ data, width }: FeatureMatrix, features: readonly Feature[], by: string): void {
  const code = features.find(({ categories }) => categories !== undefined);
  const hole = data.findIndex((value) => !Number.isFinite(value));
  const name = code?.name ?? features[hole % width]?.name;
  if (name === undefined) return;
  throw new ModelwrightError("FEATURES_SETTING_INVALID", {
    setting: `features.reduce by ${by}`,
    rule: "needs plain numbers without missing ones (encode: one-hot, missing: median)",
    got: code === undefined ? `missing ones in "${name}"` : `codes in "${name}"`,
  });
}
