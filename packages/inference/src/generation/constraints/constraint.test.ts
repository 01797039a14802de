import type { TextTokenizer } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawToken } from "../draw-token.ts";
import type { GenerateOptions } from "../generate-options.ts";
import { Constraint, constraintStart } from "./constraint.ts";
import { TokenTexts } from "./token-texts.ts";

/** Tokens of one ASCII character each, and of some more characters. */
const VOCABULARY = [
  "",
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i)),
  '{"',
  '":',
  '", "',
  "true",
  "12",
  "ab",
  "é",
  '"}',
];
const END = 0;
const tokenizer: TextTokenizer = {
  encode: (text) => Int32Array.from(text, (character) => VOCABULARY.indexOf(character)),
  read: (text) => Int32Array.from(text, (character) => VOCABULARY.indexOf(character)),
  frame: { before: 0, after: 0 },
  decode: (ids) => Array.from(ids, (id) => VOCABULARY[id]!).join(""),
  idOf: () => undefined,
  padId: END,
  unknownId: undefined,
  vocabularySize: VOCABULARY.length,
};
const tokens = new TokenTexts(tokenizer);

/** A text of tokens that are drawn at random from those that are allowed, and whether it has ended. */
function writeAtRandom(options: GenerateOptions, seed: number): { readonly text: string; readonly hasEnded: boolean } {
  const constraint = new Constraint(constraintStart(options)!, { tokens, endIds: new Set([END]), isFirst: true });
  const random = RandomSource.fromSeed(seed);
  const ids: number[] = [];
  for (let length = 0; length < 300; length++) {
    const scores = new Float32Array(VOCABULARY.length);
    scores[END] = 3;
    scores[VOCABULARY.indexOf('"')] = 3;
    constraint.restrict(scores);
    const id = drawToken(scores, random);
    if (id === END) return { text: tokenizer.decode(ids), hasEnded: true };
    ids.push(id);
    constraint.accept(id);
    if (constraint.isComplete) return { text: tokenizer.decode(ids), hasEnded: true };
  }
  return { text: tokenizer.decode(ids), hasEnded: false };
}

const PATTERNS = [
  "abc",
  "(yes|no|maybe)",
  "[a-c]+[^a-z]{2,4}",
  "\\d{3}-\\d{4}",
  "(?:ab|a)*b?",
  "^\\w+@\\w+\\.(com|org)$",
  "é?[\\]\\-x]\\x41\\u0042.{0,3}",
  "(a|b{2,}?)+\\s\\S\\W",
  "",
  "(?<year>\\d{4})/(0[1-9]|1[0-2])",
  "(?<名>a)(?<$x_1>b)",
];

describe("a pattern", () => {
  test.each(PATTERNS)("%s is matched by every text that ends", (pattern) => {
    const whole = new RegExp(`^(?:${pattern})$`, "u");
    let ended = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { text, hasEnded } = writeAtRandom({ regex: pattern }, seed);
      if (!hasEnded) continue;
      ended++;
      expect(text).toMatch(whole);
    }
    expect(ended).toBeGreaterThan(10);
  });

  test("made of any parts is matched as JavaScript matches it", () => {
    const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\d", "(?:ab|c)", "(a|)");
    const part = fc.tuple(atom, fc.constantFrom("", "*", "+", "?", "{2}", "{1,3}")).map((both) => both.join(""));
    const pattern = fc
      .array(fc.array(part, { maxLength: 3 }), { minLength: 1, maxLength: 3 })
      .map((options) => options.map((parts) => parts.join("")).join("|"));
    fc.assert(
      fc.property(pattern, fc.integer({ min: 0, max: 1000 }), (regex, seed) => {
        const { text, hasEnded } = writeAtRandom({ regex }, seed);
        if (hasEnded) expect(text).toMatch(new RegExp(`^(?:${regex})$`, "u"));
      }),
    );
  });

  test.each([
    ["(?=a)b", "look-around is not supported"],
    ["(?<=a)b", "look-around is not supported"],
    ["(?<!a)b", "look-around is not supported"],
    ["(a)\\1", '"\\1" is not supported'],
    ["a\\b", '"\\b" is not supported'],
    ["a^b", '"^" inside a pattern is not supported'],
    ["(", "Invalid regular expression"],
    ["(a{1000}){1000}", "too many states"],
    ["(?:){9999999999}", "too many states"],
    ["(?:){0,1000000000}", "too many states"],
    ["(?:(?:(?:){9999}){9999}){9999}", "too many states"],
  ])("%s is refused with the reason", (regex, reason) => {
    expect(() => constraintStart({ regex })).toThrow(
      expect.objectContaining({ code: "MODEL_OPTION_INVALID", message: expect.stringContaining(reason) }),
    );
  });

  test("that the vocabulary cannot write is refused", () => {
    expect(() => writeAtRandom({ regex: "支" }, 1)).toThrow(expect.objectContaining({ code: "MODEL_OPTION_INVALID" }));
  });
});

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Definitions of which each names the next twice. */
const DOUBLING = Object.fromEntries([
  ...Array.from({ length: 40 }, (_, i) => [`d${i}`, { anyOf: Array(2).fill({ $ref: `#/$defs/d${i + 1}` }) }]),
  ["d40", { type: "boolean" }],
]);

const SCHEMAS: Readonly<Record<string, readonly [schema: object, fits: (value: unknown) => boolean]>> = {
  object: [
    {
      type: "object",
      properties: { name: { type: "string", maxLength: 6 }, age: { type: "integer" }, tall: { type: "boolean" } },
      required: ["age"],
      additionalProperties: false,
    },
    (value) => {
      const { name = "", age, tall = true, ...rest } = value as Record<string, unknown>;
      return (
        Array.from(name as string).length <= 6 &&
        Number.isInteger(age) &&
        typeof tall === "boolean" &&
        Object.keys(rest).length === 0
      );
    },
  ],
  "all optional": [
    { type: "object", properties: { a: { type: "null" }, b: { const: 7 } } },
    (value) => Object.entries(value as object).every(([key, each]) => (key === "a" ? each === null : each === 7)),
  ],
  list: [
    { type: "array", items: { enum: ["x", 2, null] }, minItems: 1, maxItems: 3 },
    (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= 3 &&
      value.every((each) => ["x", 2, null].includes(each)),
  ],
  choice: [
    {
      anyOf: [{ type: "number" }, { $ref: "#/$defs/code" }],
      $defs: { code: { type: "string", pattern: "^[A-Z]{2}\\d+$" } },
    },
    (value) => typeof value === "number" || /^[A-Z]{2}\d+$/.test(value as string),
  ],
  types: [
    { type: ["string", "null"], minLength: 2, maxLength: 3 },
    (value) => value === null || [2, 3].includes(Array.from(value as string).length),
  ],
  "any object": [{}, isObject],
  "object of any members": [{ type: "object" }, isObject],
  "object without members": [
    { type: "object", properties: {}, additionalProperties: false },
    (value) => isObject(value) && Object.keys(value as object).length === 0,
  ],
  "object of one kind of members": [
    { type: "object", additionalProperties: { type: "boolean" } },
    (value) => isObject(value) && Object.values(value as object).every((each) => typeof each === "boolean"),
  ],
  "enumeration beside a type": [
    { enum: [1, "x", 2.5, null], type: ["string", "integer"] },
    (value) => [1, "x"].includes(value as never),
  ],
  "constant beside its type": [{ const: 4, type: "number" }, (value) => value === 4],
  "chain of references": [
    {
      $ref: "#/$defs/0",
      $defs: { 0: { anyOf: [{ $ref: "#/$defs/1" }, { $ref: "#/$defs/1" }] }, 1: { type: "boolean" } },
    },
    (value) => typeof value === "boolean",
  ],
};

describe("a schema", () => {
  test.each(Object.entries(SCHEMAS))("of an %s is fitted by every text that ends", (_, [jsonSchema, fits]) => {
    let ended = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { text, hasEnded } = writeAtRandom({ jsonSchema }, seed);
      if (!hasEnded) continue;
      ended++;
      expect(fits(JSON.parse(text)), text).toBe(true);
    }
    expect(ended).toBeGreaterThan(5);
  });

  test.each([
    [{ type: "integer", minimum: 3 }, 'the keyword "minimum" is not supported'],
    [{ type: "object", properties: { a: { allOf: [] } } }, '/properties/a: the keyword "allOf"'],
    [{ type: "decimal" }, "type must be one of"],
    [{ $ref: "#/$defs/a", $defs: { a: { type: "array", items: { $ref: "#/$defs/a" } } } }, "leads back to itself"],
    [{ $ref: "#/$defs/b" }, "finds nothing"],
    [
      { type: "object", properties: { a: {} }, additionalProperties: true },
      "additionalProperties beside properties must be false",
    ],
    [{ type: "object", required: ["a"] }, 'required names "a"'],
    [{ type: "object", properties: { a: {} }, required: "a" }, "required must be a list of names"],
    [{ type: "object", properties: [] }, "properties must be an object"],
    [{ enum: [1, 2], type: "string" }, "no value of enum is of the type"],
    [{ enum: [] }, "enum must list values"],
    [{ enum: "a" }, "enum must list values"],
    [{ const: 1.5, type: "integer" }, "no value of const is of the type"],
    [{ anyOf: [] }, "anyOf must list schemas"],
    [{ type: [] }, "type must be one of"],
    [{ type: "constructor" }, "type must be one of"],
    [{ $ref: "#/__proto__" }, "finds nothing"],
    [{ type: "array", minItems: 3, maxItems: 1 }, "minItems 3 is above maxItems 1"],
    [{ type: "string", minLength: 3, maxLength: 1 }, "minLength 3 is above maxLength 1"],
    [{ type: "string", pattern: 7 }, "pattern must be a text"],
    [{ $ref: "#/$defs/d0", $defs: DOUBLING }, "too many states"],
    [{ type: "object", properties: {}, required: ["a"] }, 'required names "a"'],
    [{ type: "string", pattern: "(?!a)" }, "look-around"],
  ])("%j is refused with the reason", (jsonSchema, reason) => {
    expect(() => constraintStart({ jsonSchema })).toThrow(
      expect.objectContaining({ code: "MODEL_OPTION_INVALID", message: expect.stringContaining(reason) }),
    );
  });
});
