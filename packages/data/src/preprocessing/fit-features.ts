import { ModelwrightError } from "@modelwright/contracts";
import type { Column, Frame } from "../frames/frame.ts";
import { type EncoderName, encoderOf, type FittedEncoder } from "./encoders/table.ts";
import { feedNames } from "./feature-input.ts";
import { type ColumnSettings, type FeatureSettings, settingsOf } from "./feature-settings.ts";
import type { FeatureTarget } from "./feature-target.ts";
import { type FittedColumn, FittedFeatures } from "./fitted-features.ts";
import { hasTwoValues } from "./two-values.ts";

/**
 * Learns from training rows how raw columns become numbers. Columns that say the same in all rows are left out.
 *
 * @param frame Training rows only; not the column that is predicted.
 * @param target What is predicted, for encodings that look at it. Default: none do.
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID`; `FEATURES_NONE` if no column is left.
 */
export function fitFeatures(frame: Frame, settings: FeatureSettings, target?: FeatureTarget): FittedFeatures {
  checkNames(frame, settings);
  const feeds = feedNames(frame.columns.map(({ name }) => name));
  const columns = frame.columns.flatMap((column, i) =>
    fitColumn(column, feeds[i]!, settingsOf(settings, column), target),
  );
  if (columns.length === 0)
    throw new ModelwrightError("FEATURES_NONE", { columns: frame.columns.map(({ name }) => name) });
  return new FittedFeatures({ columns });
}

function fitColumn(
  column: Column,
  feed: string,
  settings: ColumnSettings,
  target: FeatureTarget | undefined,
): FittedColumn[] {
  const { name, kind } = column;
  const { encode } = settings;
  if (encode === undefined || encode === "drop" || !hasTwoValues(column)) return [];
  const encoder = encoderOf(encode);
  if (encoder.kind !== kind) refuse(`the encoding of "${name}"`, `is one for the kind ${kind}`, encode);
  const input = { name, kind, feed, ...encoder.input?.(column, settings) };
  const encoded = { encode, state: encoder.fit(column, settings, target) } as FittedEncoder & { encode: EncoderName };
  return [{ input, encoder: encoded }];
}

function checkNames({ columns }: Frame, settings: FeatureSettings): void {
  const known = columns.map(({ name }) => name);
  const unknown = Object.keys(settings.columns ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined)
    refuse(
      `"${unknown}"`,
      "is a column of the data",
      `columns ${known.map((name) => JSON.stringify(name)).join(", ")}`,
    );
}

function refuse(setting: string, rule: string, got: string): never {
  throw new ModelwrightError("FEATURES_SETTING_INVALID", { setting, rule, got });
}
