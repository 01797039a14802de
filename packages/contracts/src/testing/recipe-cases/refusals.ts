/** A value that a recipe must not hold, the rule that it breaks, and what the message advises where the rule does not. */
export type Refusal = readonly [value: unknown, rule: string, instead?: string];
export type Refusals = readonly Refusal[];

const moreThanZero: Refusal = [0, "must be above 0"];
const atLeastZero: Refusal = [-1, "must be at least 0"];
const lessThanOne: Refusal = [1, "must be below 1"];
const atMostOne: Refusal = [1.5, "must be at most 1"];
const aNumber: Refusals = [
  ["1", "must be a number"],
  [true, "must be a number"],
];
const anInteger: Refusals = [...aNumber, [9.5, "must be a whole number"]];

export const text: Refusals = [[7, "must be a text"]];
export const path: Refusals = [...text, ["", "must not be empty"]];
const ENCODINGS = '"utf-8", "windows-1252", "windows-1251", "gb18030", "shift_jis" or "utf-16le"';
export const encoding: Refusals = [
  [7, `must be a text such as ${ENCODINGS}`],
  ["utf-9", "must be the name of an encoding", `write for example ${ENCODINGS}`],
];
const TIMES = '"5m", "90s" or "1h"';
export const duration: Refusals = [
  [5, `must be a text such as ${TIMES}`, 'did you mean "5m"?'],
  [0.5, `must be a text such as ${TIMES}`, 'did you mean "0.5m"?'],
  [0, `must be a text such as ${TIMES}`],
  [true, `must be a text such as ${TIMES}`],
  ...["soon", "5", "0m", "m", "-1s", "5 min"].map(
    (value) => [value, "expected a time", "write a number with s, m or h behind it: 90s, 5m, 1.5h"] as const,
  ),
];
export const boolean: Refusals = [
  ["yes", "must be true or false"],
  [1, "must be true or false"],
];

export const positiveInteger: Refusals = [moreThanZero, ...anInteger];
export const nonNegativeInteger: Refusals = [atLeastZero, ...anInteger];
export const positive: Refusals = [moreThanZero, ...aNumber];
export const nonNegative: Refusals = [atLeastZero, ...aNumber];
/** More than 0, less than 1. */
export const fraction: Refusals = [moreThanZero, lessThanOne, ...aNumber];
/** 0 or more, less than 1. */
export const fractionOrZero: Refusals = [atLeastZero, lessThanOne, ...aNumber];
/** More than 0, 1 at most. */
export const fractionOrOne: Refusals = [moreThanZero, atMostOne, ...aNumber];

/** An integer of `least` or more. */
export function integerFrom(least: number): Refusals {
  return [[least - 1, `must be at least ${least}`], ...anInteger];
}

/** A number that must not be as large as this one, beside other rules. */
export function tooLarge(value: number, most: number): Refusal {
  return [value, `must be at most ${most}`];
}

export const mapping: Refusals = [
  [7, "must be a mapping (key: value)"],
  [[], "must be a mapping (key: value)"],
];

/** One of some words. */
export function oneOf(...words: readonly string[]): Refusals {
  const quoted = words.map((word) => `"${word}"`);
  const rule = `must be ${quoted.length === 1 ? "" : "one of "}${quoted.join(", ")}`;
  return [
    ["quite-another-word", rule],
    [words[0]!.toUpperCase(), rule, `did you mean ${quoted[0]}?`],
    [7, rule],
  ];
}

export const list: Refusals = [
  ["one", "must be a list"],
  [{}, "must be a list"],
];
