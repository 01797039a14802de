import { ModelwrightError } from "@modelwright/contracts";
import { type Column, type Frame, takeRows } from "../frames/frame.ts";
import { encoderOf, type FittedEncoder } from "./encoders/table.ts";
import { feedNames } from "./feature-input.ts";
import { type FeatureSettings, type ResolvedSettings, settingsOf } from "./feature-settings.ts";
import type { FeatureTarget } from "./feature-target.ts";
import type { FittedColumn } from "./fitted-column.ts";
import { FittedFeatures } from "./fitted-features.ts";
import { fitReductions } from "./reduction/fit-reductions.ts";
import type { FittedReduction } from "./reduction/table.ts";
import { fitSteps } from "./steps/table.ts";
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
  const feeds = feedNames(frame.columns.map(({ name }) => name));
  const columns = frame.columns.flatMap((column, i) => {
    const resolved = settingsOf(settings, column);
    return fitColumn(column, { ...resolved, feed: feeds[i]!, target });
  });
  if (columns.length === 0)
    throw new ModelwrightError("FEATURES_NONE", {
      left: frame.columns.map(({ name }) => `"${name}" says the same in all training rows`),
    });
  const encoded = new FittedFeatures({ columns, reductions: [] });
  if (settings.select === undefined && settings.reduce === undefined) return encoded;
  const matrix = { data: encoded.applyToTraining(frame, target), width: encoded.features.length, target };
  return withReductions(encoded, columns, fitReductions(matrix, encoded.features, settings));
}

/** Columns of which no feature is kept are left out. */
function withReductions(
  { features }: FittedFeatures,
  columns: readonly FittedColumn[],
  reductions: readonly FittedReduction[],
): FittedFeatures {
  const [first, ...others] = reductions;
  if (first?.reduce !== "select") return new FittedFeatures({ columns, reductions });
  const used = new Set(first.state.map((place) => features[place]!.from));
  const left = [...features.keys()].filter((place) => used.has(features[place]!.from));
  const state = first.state.map((place) => left.indexOf(place));
  return new FittedFeatures({
    columns: columns.filter(({ input }) => used.has(input.name)),
    reductions: [{ reduce: "select", state }, ...others],
  });
}

function fitColumn(
  column: Column,
  how: ResolvedSettings & { readonly feed: string; readonly target: FeatureTarget | undefined },
): FittedColumn[] {
  const { encode, settings, feed, target } = how;
  if (encode === "drop" || !hasTwoValues(column)) return [];
  checkSettings(column, how);
  const { name, kind } = column;
  const encoder = encoderOf(encode);
  const state = encoder.fit(column, settings, target);
  const fitted = {
    input: { name, kind, feed, ...encoder.input?.(column, settings) },
    encoder: { encode, state } as FittedEncoder,
  };
  if (!encoder.isPlain) return [{ ...fitted, steps: [], indicator: false }];
  const data = encoder.apply(someRows(column, encoder.mostRows), state);
  const width = encoder.features(name, state).length;
  const { missing, scale, clip, indicator = false } = settings;
  const steps = fitSteps(data, width, { missing: missing === "own" ? "keep" : missing, scale, clip });
  return [{ ...fitted, steps, indicator: indicator && data.some(Number.isNaN) }];
}

/** At most so many rows, from everywhere. */
function someRows(column: Column, most = Number.POSITIVE_INFINITY): Column {
  const rows = column.kind === "category" ? column.codes.length : column.values.length;
  const stride = Math.ceil(rows / most);
  if (stride <= 1) return column;
  const taken = Int32Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  return takeRows({ rows, columns: [column] }, taken).columns[0]!;
}

/** Refuses what a column is asked for and cannot be. */
function checkSettings({ name, kind }: Column, { encode, asked }: ResolvedSettings): void {
  if (encode === "drop") return;
  const encoder = encoderOf(encode);
  const setting = `"${name}", which is a column of the kind ${kind},`;
  if (encoder.kind !== kind) refuse(setting, "cannot be encoded so", encode);
  const { missing } = asked;
  const choice = typeof missing === "number" ? "number" : missing;
  if (choice !== undefined && !encoder.missing.includes(choice)) {
    const choices = encoder.missing.map((each) => (each === "number" ? "a number" : each)).join(", ");
    refuse(`"${name}", encoded by ${encode},`, `fills up missing values by ${choices}`, String(missing));
  }
  const stray = encoder.isPlain ? undefined : (["scale", "clip", "indicator"] as const).find((each) => each in asked);
  if (stray !== undefined) refuse(`"${name}", encoded by ${encode},`, "is not of plain numbers", stray);
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
