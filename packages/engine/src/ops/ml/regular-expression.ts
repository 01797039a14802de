/** A regular expression by characters instead of UTF-16 units; `undefined` where it is none. */
export function regularExpression(pattern: string, flags: "u" | "gu" = "u"): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
