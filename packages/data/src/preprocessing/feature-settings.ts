import { type ColumnFeatures, type EncodingName, encodingOf, type SingleEncoding } from "@modelwright/contracts";
import type { Column, ColumnKind } from "../frames/frame.ts";
import type { EncoderSettings } from "./encoders/encoder-settings.ts";
import { encoderOf } from "./encoders/table.ts";
import type { ReductionSettings } from "./reduction/fit-reductions.ts";

/** What is done with a column; see the section `features` of recipes. */
export type ColumnSettings = ColumnFeatures & Pick<EncoderSettings, "unknown">;

/**
 * What is done with all columns. What a column says goes before what its kind says, and that before the
 * preset.
 */
export interface FeatureSettings extends ReductionSettings {
  readonly preset: FeaturePreset;
  /** Settings of every column of a kind; those that the encoding of a column does not read are nothing to it. */
  readonly kinds?: Readonly<Partial<Record<ColumnKind, ColumnSettings | undefined>>> | undefined;
  /** Settings of single columns, by name. */
  readonly columns?: Readonly<Record<string, ColumnSettings>> | undefined;
  /** A category of no training row. Default "own". */
  readonly unknown?: "own" | "refuse";
}

interface Preset {
  readonly encode: Readonly<Record<ColumnKind, EncodingName>>;
  /** Of encodings that give plain numbers. */
  readonly plain: ColumnSettings;
  /** Of the others. */
  readonly codes: ColumnSettings;
  /** Whether codes become 0s and 1s, since they are no amounts. */
  readonly spreads: boolean;
}

const CYCLES: Preset["plain"]["parts"] = [
  "year",
  "month-cycle",
  "day-cycle",
  "weekday-cycle",
  "hour-cycle",
  "days-since",
];
const SCALED: Pick<Preset, "plain" | "codes"> = {
  plain: { missing: "median", indicator: true, scale: "standard", clip: 10, parts: CYCLES },
  codes: { missing: "own", rare: 2 },
};

/** How texts are read whose vectors are there. */
const WITH_VECTORS = "tfidf-and-embedding";

/** What models of a kind learn best from. */
const PRESETS = {
  /** Numbers with NaN for missing ones, codes, dates as parts: trees find the rest. */
  forTrees: {
    encode: { number: "number", category: "code", date: "date-parts", text: "tfidf" },
    plain: { missing: "keep", parts: ["year", "month", "day", "weekday", "hour", "days-since"] },
    codes: { missing: "keep" },
    spreads: false,
  },
  /** Nothing is missing, numbers are about as large as 1, and rare categories are learnt together. */
  forNetworks: {
    encode: { number: "number", category: "code", date: "date-parts", text: "tfidf" },
    ...SCALED,
    spreads: false,
  },
  /** The same in plain numbers alone: what can be weighted and added. */
  forLinear: {
    encode: { number: "number", category: "one-hot", date: "date-parts", text: "tfidf" },
    ...SCALED,
    spreads: true,
  },
} as const satisfies Record<string, Preset>;

export type FeaturePreset = keyof typeof PRESETS;

/** What is done with a column, and what of it somebody asked for. */
export interface ResolvedSettings {
  /** What the recipe or the preset says. */
  readonly encode: EncodingName | "drop";
  readonly asked: ColumnSettings;
  /** What is done, beside each other. */
  readonly ways: readonly { readonly encode: SingleEncoding; readonly settings: ColumnSettings }[];
  readonly spreads: boolean;
}

/** Puts together what is said of a column. */
export function settingsOf(
  { preset, kinds = {}, columns = {}, unknown }: FeatureSettings,
  column: Column,
): ResolvedSettings {
  const { name, kind } = column;
  const own = Object.hasOwn(columns, name) ? columns[name]! : {};
  const base: Preset = PRESETS[preset];
  const usual = kind === "text" && column.vectors !== undefined ? WITH_VECTORS : base.encode[kind];
  const { encode = usual } = { ...kinds[kind], ...own };
  if (encode === "drop") return { encode, asked: own, ways: [], spreads: false };
  const { settings: read, parts = [encode] } = encodingOf(encode);
  const isRead = ([setting]: readonly [string, unknown]) => (read as readonly string[]).includes(setting);
  const ofKind = Object.fromEntries(Object.entries(kinds[kind] ?? {}).filter(isRead));
  const asked = { ...ofKind, ...own };
  const ways = (parts as readonly SingleEncoding[]).map((part) => {
    const defaults = { ...defaultsOf(part, base), ...(unknown && { unknown }) };
    return { encode: part, settings: { ...defaults, ...readBy(part, asked) } };
  });
  return { encode, asked, ways, spreads: base.spreads };
}

/** What the preset says of an encoding, as far as it can be. */
function defaultsOf(encode: SingleEncoding, { plain, codes }: Preset): ColumnSettings {
  const usual = encoderOf(encode).isPlain ? plain : codes;
  const known = encodingOf(encode).missing.filter((each) => each !== "number");
  const fallback = known.find((each) => each === usual.missing) ?? known[0];
  return { ...usual, ...(fallback && { missing: fallback }) };
}

/** Of settings of several encodings those that one reads. */
function readBy(encode: SingleEncoding, settings: ColumnSettings): ColumnSettings {
  const { settings: read } = encodingOf(encode);
  return Object.fromEntries(
    Object.entries(settings).filter(([setting]) => (read as readonly string[]).includes(setting)),
  );
}
