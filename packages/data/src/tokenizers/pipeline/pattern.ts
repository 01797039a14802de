import { ModelwrightError } from "@modelwright/contracts";
import { isTimeout, withinTime } from "../within-time.ts";
import { LINEAR_PATTERNS } from "./linear-patterns.ts";
import { unsupportedPart } from "./part.ts";
import { translateRegex } from "./regex.ts";

/** What a `Split` or a `Replace` looks for. */
export interface Pattern {
  /** From left to right, empty ones too. */
  readonly matches: (text: string) => Iterable<RegExpExecArray>;
  readonly replace: (text: string, content: string) => string;
}

/** In milliseconds: how long a pattern may take at all, and for each character of a text. */
const TIME_LIMIT = 1000;
const TIME_PER_CHARACTER = 0.01;
/** The same for short texts on which patterns fail that try every way to divide a repetition. */
const TRIAL_LIMIT = 250;
const TRIAL_REPEATS = 40;

/**
 * Finds every match of a regular expression, or every copy of a string.
 *
 * A pattern comes with a model, so that it may be anybody's, and there are patterns that take a time exponential in a text's length. Those
 * that published models have and that take a linear one run as they are; any other runs under a watchdog, here on texts made to provoke it
 * and later on each text.
 *
 * @throws {ModelwrightError} `TOKENIZER_PART_UNSUPPORTED`, or `TOKENIZER_PATTERN_SLOW`, which the pattern's methods throw too.
 */
export function patternOf(json: unknown, at: string): Pattern {
  const { String: literal, Regex: source } = (json ?? {}) as { readonly String?: unknown; readonly Regex?: unknown };
  if (typeof literal === "string") {
    return patternOfExpression(new RegExp(literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "gu"));
  }
  if (typeof source !== "string") throw unsupportedPart(`${at}.pattern`, 'it is neither a "String" nor a "Regex"');
  const expression = translateRegex(source);
  if (typeof expression === "string") {
    throw unsupportedPart(`${at}.pattern`, `${expression} in ${JSON.stringify(source)}`);
  }
  if (LINEAR_PATTERNS.has(source)) return patternOfExpression(expression);
  return watched(patternOfExpression(expression), { source, part: `${at}.pattern` });
}

function patternOfExpression(expression: RegExp): Pattern {
  return {
    matches: (text) => text.matchAll(expression),
    replace: (text, content) => text.replace(expression, () => content),
  };
}

interface PatternOrigin {
  readonly source: string;
  readonly part: string;
}

/** The same pattern, ended where it takes too long. */
function watched({ matches, replace }: Pattern, { source, part }: PatternOrigin): Pattern {
  const watch = <Result>(length: number, limit: number, run: () => Result): Result => {
    try {
      return withinTime(limit, run);
    } catch (cause) {
      // A pattern may also run out of V8's stack for the ways that it has yet to try.
      if (!isTimeout(cause) && !(cause instanceof RangeError)) throw cause;
      const details = { file: "tokenizer.json", part, pattern: source, length };
      throw new ModelwrightError("TOKENIZER_PATTERN_SLOW", details, { cause });
    }
  };
  const limitFor = (text: string) => TIME_LIMIT + Math.ceil(TIME_PER_CHARACTER * text.length);
  const trials = trialsOf(source);
  watch(TRIAL_REPEATS, TRIAL_LIMIT, () => trials.map((text) => [...matches(text)].length));
  return {
    matches: (text) => watch(text.length, limitFor(text), () => [...matches(text)]),
    replace: (text, content) => watch(text.length, limitFor(text), () => replace(text, content)),
  };
}

/** Each letter of a pattern, a digit, a space and a mark again and again, followed by what few patterns match. */
function trialsOf(source: string): readonly string[] {
  const characters = new Set([...source.replace(/[^\p{L}\p{N}]/gu, "").slice(0, 50), ..."a0 \n!"]);
  return [...characters].map((character) => `${character.repeat(TRIAL_REPEATS)}\0`);
}
