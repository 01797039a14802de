import type { ColumnKind } from "../frames/frame.ts";
import type { EncoderSettings } from "./encoders/encoder-settings.ts";
import type { EncoderName } from "./encoders/table.ts";

/** What is done with a column. */
export interface ColumnSettings extends EncoderSettings {
  /** How its values become numbers; "drop" leaves the column out. */
  readonly encode?: EncoderName | "drop";
}

/** What is done with all columns. What a column says goes before what its kind says, and that before the preset. */
export interface FeatureSettings {
  readonly preset: FeaturePreset;
  /** Settings of every column of a kind. */
  readonly kinds?: Readonly<Partial<Record<ColumnKind, ColumnSettings>>>;
  /** Settings of single columns, by name. */
  readonly columns?: Readonly<Record<string, ColumnSettings>>;
  /** A category of no training row. Default "own". */
  readonly unknown?: "own" | "refuse";
}

export type FeaturePreset = keyof typeof PRESETS;

type Preset = Readonly<Record<ColumnKind, ColumnSettings>>;

/** What models of a kind learn best from. */
const PRESETS = {
  /** Numbers with NaN for missing ones, and codes: trees find the rest. */
  forTrees: {
    number: { encode: "number", missing: "keep" },
    category: { encode: "code", missing: "keep" },
    date: { encode: "drop" },
    text: { encode: "drop" },
  },
  /** Codes of missing values too, for embeddings. */
  forNetworks: {
    number: { encode: "number", missing: "keep" },
    category: { encode: "code", missing: "own", rare: 2 },
    date: { encode: "drop" },
    text: { encode: "drop" },
  },
} as const satisfies Record<string, Preset>;

/** The settings of a column. */
export function settingsOf(
  { preset, kinds = {}, columns = {}, unknown }: FeatureSettings,
  { name, kind }: { readonly name: string; readonly kind: ColumnKind },
): ColumnSettings {
  const own = Object.hasOwn(columns, name) ? columns[name] : {};
  return { ...(unknown && { unknown }), ...(PRESETS[preset] as Preset)[kind], ...kinds[kind], ...own };
}
