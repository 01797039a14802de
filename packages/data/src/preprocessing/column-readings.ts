import { encodingOf, ModelwrightError, nearestTo } from "@modelwright/contracts";
import type { Column, Frame } from "../frames/frame.ts";
import { feedNames } from "./feature-input.ts";
import { type FeatureSettings, type ResolvedSettings, settingsOf } from "./feature-settings.ts";
import { hasTwoValues } from "./two-values.ts";

/** A column with one way to make numbers of it. */
export type ColumnReading = Pick<ResolvedSettings, "spreads"> &
  ResolvedSettings["ways"][number] & {
    readonly column: Column;
    /** The name of its graph input. */
    readonly feed: string;
  };

/**
 * The ways in which the columns of a frame are read, of those whose rows differ.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID` for what a column cannot be.
 */
export function columnReadings(frame: Frame, settings: FeatureSettings): ColumnReading[] {
  const feeds = feedNames(frame.columns.map(({ name }) => name));
  return frame.columns.flatMap((column, i) => {
    if (!hasTwoValues(column)) return [];
    const { ways, spreads, ...asked } = settingsOf(settings, column);
    checkSettings(column, asked);
    return ways.map((way) => ({ ...way, column, spreads, feed: feeds[i]! }));
  });
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

export function checkNames({ columns }: Frame, settings: Pick<FeatureSettings, "columns">): void {
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
