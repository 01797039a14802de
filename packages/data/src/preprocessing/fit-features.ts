import { ModelwrightError } from "@modelwright/contracts";
import type { Frame } from "../frames/frame.ts";
import { checkNames, columnReadings } from "./column-readings.ts";
import type { FeatureSettings } from "./feature-settings.ts";
import type { FeatureTarget } from "./feature-target.ts";
import { fitColumn } from "./fit-column.ts";
import { fitOthers } from "./fit-others.ts";
import { FittedFeatures } from "./fitted-features.ts";
import { fitReduction } from "./reduction/fit-reductions.ts";
import { chooseFeatures } from "./reduction/relevance.ts";
import { looksAround } from "./steps/table.ts";
import { hasTwoValues } from "./two-values.ts";

/**
 * Learns from training rows how raw columns become numbers. Columns that say the same in all rows are left
 * out.
 *
 * @param frame Training rows only; not the column that is predicted.
 * @param target What is predicted, for encodings that look at it. Default: none do.
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID`; `FEATURES_NONE` if no column is left.
 */
export function fitFeatures(frame: Frame, settings: FeatureSettings, target?: FeatureTarget): FittedFeatures {
  checkNames(frame, settings);
  const readings = columnReadings(frame, settings);
  const others = readings.some(({ settings: { missing } }) => looksAround(missing))
    ? fitOthers(frame, settings, readings)
    : undefined;
  const columns = readings.map((reading) =>
    fitColumn(reading, { target, around: others?.around(reading.column.name) }),
  );
  if (columns.length === 0)
    throw new ModelwrightError("FEATURES_NONE", {
      left: frame.columns.map((column) => {
        const why = hasTwoValues(column) ? "is dropped by features" : "says the same in all training rows";
        return `"${column.name}" ${why}`;
      }),
    });
  const fitted = new FittedFeatures({ columns, ...(others && { others: others.fitted }), reductions: [] });
  return reduceFeatures(fitted, { frame, target }, settings);
}

/** Learns which of the features are kept, and what is made of these. */
function reduceFeatures(
  encoded: FittedFeatures,
  { frame, target }: { readonly frame: Frame; readonly target: FeatureTarget | undefined },
  { select, reduce }: FeatureSettings,
): FittedFeatures {
  const matrixOf = (features: FittedFeatures) => {
    return { data: features.applyToTraining(frame, target), width: features.features.length, target };
  };
  const kept =
    select === undefined
      ? encoded
      : encoded.selected(chooseFeatures(matrixOf(encoded), encoded.features, select), select.by);
  return reduce === undefined ? kept : kept.reduced(fitReduction(matrixOf(kept), kept.features, reduce));
}
