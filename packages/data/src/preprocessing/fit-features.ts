import { encodingOf, ModelwrightError, nearestTo } from "@modelwright/contracts";
import { type Column, type Frame, type TextColumn, takeRows } from "../frames/frame.ts";
import { encoderOf, type FittedEncoder } from "./encoders/table.ts";
import { type FeatureInput, feedNames, vectorFeed } from "./feature-input.ts";
import { type FeatureSettings, type ResolvedSettings, settingsOf } from "./feature-settings.ts";
import type { FeatureTarget } from "./feature-target.ts";
import type { FittedColumn } from "./fitted-column.ts";
import { FittedFeatures } from "./fitted-features.ts";
import { fitReduction } from "./reduction/fit-reductions.ts";
import { chooseFeatures } from "./reduction/relevance.ts";
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
    if (!hasTwoValues(column)) return [];
    const { ways, spreads, ...asked } = settingsOf(settings, column);
    checkSettings(column, asked);
    return ways.map((way) => fitColumn(column, { ...way, spreads, feed: feeds[i]!, target }));
  });
  if (columns.length === 0)
    throw new ModelwrightError("FEATURES_NONE", {
      left: frame.columns.map((column) => {
        const why = hasTwoValues(column) ? "is dropped by features" : "says the same in all training rows";
        return `"${column.name}" ${why}`;
      }),
    });
  return reduceFeatures(new FittedFeatures({ columns, reductions: [] }), { frame, target }, settings);
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

function fitColumn(
  column: Column,
  how: Pick<ResolvedSettings, "spreads"> &
    ResolvedSettings["ways"][number] & { readonly feed: string; readonly target: FeatureTarget | undefined },
): FittedColumn {
  const { encode, settings, feed, spreads } = how;
  const { name, kind } = column;
  const encoder = encoderOf(encode);
  const state = learntOf(column, how);
  const fitted = {
    input: {
      name,
      kind,
      ...(encoder.readsVectors === true ? { vector: vectorInput(column, feed) } : { feed }),
      ...encoder.input?.(column, settings),
    },
    encoder: { encode, state } as FittedEncoder,
    spreads: spreads && !encoder.isPlain,
  };
  if (!encoder.isPlain) return { ...fitted, steps: [], indicator: false };
  const data = encoder.apply(someRows(column, encoder.mostRows), state);
  const width = encoder.features(name, state).length;
  const { missing, scale, clip, indicator = false } = settings;
  const steps = fitSteps(data, width, { missing: missing === "own" ? "keep" : missing, scale, clip });
  return { ...fitted, steps, indicator: indicator && data.some(Number.isNaN) };
}

/** What was learnt of columns, by their encoding and the settings that it reads. */
const shared = new WeakMap<Column, Map<string, unknown>>();

function learntOf(
  column: Column,
  { encode, settings, target }: ResolvedSettings["ways"][number] & { readonly target: FeatureTarget | undefined },
): unknown {
  const { sharedBy, fit } = encoderOf(encode);
  if (sharedBy === undefined) return fit(column, settings, target);
  const known = shared.get(column) ?? new Map<string, unknown>();
  shared.set(column, known);
  const key = JSON.stringify([encode, ...sharedBy.map((setting) => settings[setting] ?? null)]);
  const state = known.has(key) ? known.get(key) : fit(column, settings, target);
  known.set(key, state);
  return state;
}

function vectorInput(column: Column, feed: string): NonNullable<FeatureInput["vector"]> {
  const { encoder, width } = (column as TextColumn).vectors!;
  return { feed: vectorFeed(feed), encoder, width };
}

/** At most so many rows, from everywhere. */
function someRows(column: Column, most = Number.POSITIVE_INFINITY): Column {
  const rows = column.kind === "category" ? column.codes.length : column.values.length;
  const stride = Math.ceil(rows / most);
  if (stride <= 1) return column;
  const taken = Int32Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  return takeRows({ rows, columns: [column] }, taken).columns[0]!;
}

/**
 * Refuses settings of columns that are not there, or of another kind.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID` naming the column, the rule and what is near.
 */
export function checkFeatureSettings(frame: Frame, settings: Pick<FeatureSettings, "kinds" | "columns">): void {
  checkNames(frame, settings);
  for (const column of frame.columns) checkSettings(column, settingsOf({ preset: "forTrees", ...settings }, column));
}

/** Refuses what a column is asked for and cannot be. */
function checkSettings({ name, kind }: Column, { encode, asked }: Pick<ResolvedSettings, "encode" | "asked">): void {
  if (encode === "drop") return;
  const { kind: own, missing: choices, settings } = encodingOf(encode);
  const at = `features.columns: "${name}", a column of the kind ${kind},`;
  if (own !== kind) refuse(at, `cannot be encoded so: encode: ${encode} is for the kind ${own}`, encode);
  const { encode: _, unknown: __, missing, ...others } = asked;
  const choice = typeof missing === "number" ? "number" : missing;
  if (choice !== undefined && !choices.includes(choice)) {
    const words = choices.map((each) => (each === "number" ? "a number" : each)).join(", ");
    refuse(`${at} encoded by ${encode},`, `fills up missing values by ${words}`, String(missing));
  }
  const stray = Object.keys(others).find((setting) => !(settings as readonly string[]).includes(setting));
  if (stray !== undefined) refuse(`${at} encoded by ${encode},`, `reads ${settings.join(", ")}`, stray);
}

function checkNames({ columns }: Frame, settings: Pick<FeatureSettings, "columns">): void {
  const known = columns.map(({ name }) => name);
  const unknown = Object.keys(settings.columns ?? {}).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const got = `columns ${known.map((name) => JSON.stringify(name)).join(", ")}`;
  const setting = `features.columns: "${unknown}"`;
  const details = { setting, rule: "must name a column that is read", got, ...nearestTo(unknown, known) };
  throw new ModelwrightError("FEATURES_SETTING_INVALID", details);
}

function refuse(setting: string, rule: string, got: string): never {
  throw new ModelwrightError("FEATURES_SETTING_INVALID", { setting, rule, got });
}
