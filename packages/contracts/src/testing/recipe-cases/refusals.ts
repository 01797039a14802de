/** A value that a recipe must not hold, the rule that it breaks, and what the message advises. */
export type Refusal = readonly [value: unknown, rule: string, instead: string];
export type Refusals = readonly Refusal[];

const moreThanZero: Refusal = [0, "Too small: expected number to be >0", "write more than 0"];
const atLeastZero: Refusal = [-1, "Too small: expected number to be >=0", "write at least 0"];
const lessThanOne: Refusal = [1, "Too big: expected number to be <1", "write less than 1"];
const atMostOne: Refusal = [1.5, "Too big: expected number to be <=1", "write at most 1"];
const aNumber: Refusals = [
  ["1", "expected number, received string", "write a value of type number"],
  [true, "expected number, received boolean", "write a value of type number"],
];
const anInteger: Refusals = [...aNumber, [9.5, "expected int, received number", "write a value of type int"]];

export const text: Refusals = [[7, "expected string, received number", "write a value of type string"]];
export const path: Refusals = [...text, ["", "Too small: expected string to have >=1 characters", "write at least 1"]];
export const duration: Refusals = [
  ...text,
  ...["soon", "5", "0m", "m", "-1s", "5 min"].map(
    (value) => [value, "expected a time", "write a number with s, m or h behind it: 90s, 5m, 1.5h"] as const,
  ),
];
export const boolean: Refusals = [
  ["yes", "expected boolean, received string", "write a value of type boolean"],
  [1, "expected boolean, received number", "write a value of type boolean"],
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
  return [[least - 1, `Too small: expected number to be >=${least}`, `write at least ${least}`], ...anInteger];
}

/** A number that must not be as large as this one, beside other rules. */
export function tooLarge(value: number, most: number): Refusal {
  return [value, `Too big: expected number to be <=${most}`, `write at most ${most}`];
}

/** One of some words. */
export function oneOf(...words: readonly string[]): Refusals {
  const quoted = words.map((word) => `"${word}"`);
  // Zod words a choice of one otherwise.
  const rule = quoted.length === 1 ? `expected ${quoted[0]}` : `Invalid option: expected one of ${quoted.join("|")}`;
  return ["other", words[0]!.toUpperCase(), 7].map((value) => [value, rule, `write ${quoted.join(", ")}`] as const);
}

export const list: Refusals = [
  ["one", "expected array, received string", "write a value of type array"],
  [{}, "expected array, received object", "write a value of type array"],
];
