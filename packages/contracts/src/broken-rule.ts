import type { z } from "zod";
import { closestName } from "./closest-name.ts";

/** A rule that a value breaks, in the words of a reader. */
export interface BrokenRule {
  /** Goes on after the name of the value: `must be above 0`. */
  readonly rule: string;
  /** The legal word that was perhaps meant. */
  readonly meant?: string;
}

type Issue = z.core.$ZodIssue;
type Words = {
  readonly [Code in Issue["code"]]: (issue: Extract<Issue, { readonly code: Code }>, value: unknown) => BrokenRule;
};

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping (key: value)",
  record: "a mapping (key: value)",
};

const FORMATS: Readonly<Record<string, string>> = { datetime: "a date and time in ISO 8601", url: "a URL" };

/** What each of the validator's codes is in words; its own are for programmers. */
const WORDS: Words = {
  invalid_type: ({ expected }) => ({ rule: `must be ${KINDS[expected] ?? expected}` }),
  invalid_value: ({ values }, value) => {
    const known = values.map(String);
    const meant = typeof value === "string" ? closestName(value, known) : undefined;
    const rule = `must be ${known.length === 1 ? "" : "one of "}${quotedNames(known)}`;
    return meant === undefined ? { rule } : { rule, meant };
  },
  too_small: ({ origin, minimum, inclusive = false }) => ({
    rule:
      Number(minimum) === 1 && isCounted(origin)
        ? "must not be empty"
        : bound(origin, inclusive ? "at least" : "above", minimum),
  }),
  too_big: ({ origin, maximum, inclusive = false }) => ({
    rule: bound(origin, inclusive ? "at most" : "below", maximum),
  }),
  not_multiple_of: ({ divisor }) => ({ rule: `must be a multiple of ${divisor}` }),
  invalid_format: ({ format, pattern }) => ({
    rule: `must be ${FORMATS[format] ?? (pattern === undefined ? "of another form" : `of the form ${readable(pattern)}`)}`,
  }),
  invalid_key: () => ({ rule: "has a key that is not allowed" }),
  invalid_element: () => ({ rule: "has an entry that is not allowed" }),
  invalid_union: ({ errors }, value) => {
    const broken = errors.flatMap(([first]) => (first === undefined ? [] : [brokenRule(first, value)]));
    const forms = [...new Set(broken.map(({ rule }) => rule.replace(/^must be /, "")))];
    const meant = broken.find((each) => each.meant !== undefined)?.meant;
    return { rule: `must be ${forms.join(", or ")}`, ...(meant === undefined ? {} : { meant }) };
  },
  unrecognized_keys: () => ({ rule: "is not known here" }),
  custom: ({ message }) => ({ rule: message }),
};

/** Tells which rule a value breaks. */
export function brokenRule(issue: Issue, value: unknown): BrokenRule {
  // One function for each code; the table's own type says that issue and words belong together.
  return (WORDS[issue.code] as (issue: Issue, value: unknown) => BrokenRule)(issue, value);
}

/** `"a", "b"`. */
export function quotedNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/** A pattern of fixed text around whole numbers, as the validator makes it: `last:N`. Others stay as they are. */
function readable(pattern: string): string {
  const [, fixed] = /^\^([\w:]*-\?\\d\+)\$$/.exec(pattern) ?? [];
  return fixed === undefined ? pattern : fixed.replace("-?\\d+", "N");
}

/** What is counted, where a bound is not one on a number. */
const COUNTED: Readonly<Record<string, string>> = { string: "characters", array: "entries" };

function isCounted(origin: string): boolean {
  return COUNTED[origin] !== undefined;
}

function bound(origin: string, how: string, limit: number | bigint): string {
  const counted = COUNTED[origin];
  return counted === undefined ? `must be ${how} ${limit}` : `must have ${how} ${limit} ${counted}`;
}
