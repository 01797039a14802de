import type { ColumnKind } from "../frames/frame.ts";
import type { EncoderSettings } from "./encoders/encoder-settings.ts";
import { type EncoderName, encoderOf } from "./encoders/table.ts";
import type { ReductionSettings } from "./reduction/fit-reductions.ts";
import type { StepSettings } from "./steps/table.ts";

/** What is done with a column. */
export interface ColumnSettings extends EncoderSettings, Pick<StepSettings, "scale" | "clip"> {
  /** How its values become numbers; "drop" leaves the column out. */
  readonly encode?: EncoderName | "drop";
  /** Whether a column of 0 and 1 says which plain numbers were missing, where training rows have such. */
  readonly indicator?: boolean;
}

/**
 * What is done with all columns. What a column says goes before what its kind says, and that before the
 * preset.
 */
export interface FeatureSettings extends ReductionSettings {
  readonly preset: FeaturePreset;
  /** Settings of every column of a kind. */
  readonly kinds?: Readonly<Partial<Record<ColumnKind, ColumnSettings>>>;
  /** Settings of single columns, by name. */
  readonly columns?: Readonly<Record<string, ColumnSettings>>;
  /** A category of no training row. Default "own". */
  readonly unknown?: "own" | "refuse";
}

interface Preset {
  readonly encode: Readonly<Record<ColumnKind, EncoderName | "drop">>;
  /** Of encodings that give plain numbers. */
  readonly plain: ColumnSettings;
  /** Of the others. */
  readonly codes: ColumnSettings;
}

/** What models of a kind learn best from. */
const PRESETS = {
  /** Numbers with NaN for missing ones, codes, dates as parts: trees find the rest. */
  forTrees: {
    encode: { number: "number", category: "code", date: "dateParts", text: "tfidf" },
    plain: { missing: "keep", parts: ["year", "month", "day", "weekday", "hour", "daysSince"] },
    codes: { missing: "keep" },
  },
  /** Nothing is missing, numbers are about as large as 1, and rare categories are learnt together. */
  forNetworks: {
    encode: { number: "number", category: "code", date: "dateParts", text: "tfidf" },
    plain: {
      missing: "median",
      indicator: true,
      scale: "standard",
      clip: 10,
      parts: ["year", "monthCycle", "dayCycle", "weekdayCycle", "hourCycle", "daysSince"],
    },
    codes: { missing: "own", rare: 2 },
  },
} as const satisfies Record<string, Preset>;

export type FeaturePreset = keyof typeof PRESETS;

/** What is done with a column, and what of it somebody asked for. */
export interface ResolvedSettings {
  readonly encode: EncoderName | "drop";
  readonly asked: ColumnSettings;
  readonly settings: ColumnSettings;
}

/** Puts together what is said of a column. */
export function settingsOf(
  { preset, kinds = {}, columns = {}, unknown }: FeatureSettings,
  { name, kind }: { readonly name: string; readonly kind: ColumnKind },
): ResolvedSettings {
  const asked = { ...kinds[kind], ...(Object.hasOwn(columns, name) ? columns[name] : {}) };
  const base: Preset = PRESETS[preset];
  const { encode = base.encode[kind] } = asked;
  if (encode === "drop") return { encode, asked, settings: asked };
  const { isPlain, missing } = encoderOf(encode);
  const own = isPlain ? base.plain : base.codes;
  const known = missing.filter((each) => each !== "number");
  const fallback = known.find((each) => each === own.missing) ?? known[0];
  const defaults = { ...own, ...(fallback && { missing: fallback }), ...(unknown && { unknown }) };
  return { encode, asked, settings: { ...defaults, ...asked } };
}
