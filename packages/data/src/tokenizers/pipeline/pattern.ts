import { unsupportedPart } from "./part.ts";
import { translateRegex } from "./regex.ts";

/** Finds what a `Split` or a `Replace` looks for: every match of a regular expression, or every copy of a string. */
export function patternOf(json: unknown, at: string): RegExp {
  const { String: literal, Regex: source } = (json ?? {}) as { readonly String?: unknown; readonly Regex?: unknown };
  if (typeof literal === "string") return new RegExp(literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "gu");
  if (typeof source !== "string") throw unsupportedPart(`${at}.pattern`, 'it is neither a "String" nor a "Regex"');
  const pattern = translateRegex(source);
  if (typeof pattern === "string") throw unsupportedPart(`${at}.pattern`, `${pattern} in ${JSON.stringify(source)}`);
  return pattern;
}
