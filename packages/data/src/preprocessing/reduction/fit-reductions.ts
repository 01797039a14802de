import { ModelwrightError } from "@modelwright/contracts";
import type { Feature } from "../feature-input.ts";
import { type FeatureMatrix, fitProjection, type ReduceSettings } from "./projections.ts";
import { chooseFeatures, type SelectSettings } from "./relevance.ts";
import { select } from "./select.ts";
import type { FittedReduction } from "./table.ts";

export interface ReductionSettings {
  /** Which features are kept. Default: all. */
  readonly select?: SelectSettings;
  /** Makes fewer numbers of all that are kept. Default: they stay. */
  readonly reduce?: ReduceSettings;
}

/** Learns which features are kept, and what is made of them. */
export function fitReductions(
  matrix: FeatureMatrix,
  features: readonly Feature[],
  settings: ReductionSettings,
): FittedReduction[] {
  const reductions: FittedReduction[] = [];
  let [current, left] = [matrix, features];
  if (settings.select !== undefined) {
    const kept = chooseFeatures(
      matrix,
      features.map(({ name }) => name),
      settings.select,
    );
    reductions.push({ reduce: "select", state: kept });
    current = { ...matrix, data: select.apply(matrix.data, matrix.width, kept), width: kept.length };
    left = select.features(features, kept);
  }
  if (settings.reduce !== undefined) {
    checkNumbers(current, left, settings.reduce);
    reductions.push({ reduce: "project", state: fitProjection(current, settings.reduce) });
  }
  return reductions;
}

/** Codes have no directions, and nothing can be added to what is missing. */
function checkNumbers({ data, width }: FeatureMatrix, features: readonly Feature[], { by }: ReduceSettings): void {
  const code = features.find(({ categories }) => categories !== undefined);
  const hole = data.findIndex((value) => !Number.isFinite(value));
  const name = code?.name ?? features[hole % width]?.name;
  if (name === undefined) return;
  throw new ModelwrightError("FEATURES_SETTING_INVALID", {
    setting: `reduction by ${by}`,
    rule: "needs plain numbers without missing ones (encode: oneHot, missing: median)",
    got: code === undefined ? `missing ones in "${name}"` : `codes in "${name}"`,
  });
}
