import { characters, choice, complement, type Language, literal, optional, repeat, sequence } from "./language.ts";
import { parseRegex } from "./parse-regex.ts";

/** A schema has a keyword that is not in the subset. */
export class SchemaUnsupported extends Error {
  override readonly name = "SchemaUnsupported";
}

type Schema = Readonly<Record<string, unknown>>;

/** Where a schema lies, and what its references find. */
interface Place {
  readonly at: string;
  readonly root: Schema;
  /** References that are being followed. */
  readonly following: readonly string[];
}

/** Keywords that say nothing about which values are right. */
const NOTES = new Set([
  "$schema",
  "$id",
  "$comment",
  "$defs",
  "definitions",
  "title",
  "description",
  "default",
  "examples",
  "strict",
]);
/** Levels of a value that no schema describes. */
const FREE_DEPTH = 3;

const HEX = characters([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]);
const PLAIN = characters(
  ...complement([
    [0, 0x1f],
    [0x22, 0x22],
    [0x5c, 0x5c],
  ]),
);
const ESCAPE = sequence(
  literal("\\"),
  choice(
    characters(...Array.from('"\\/bfnrt', (each) => [each.charCodeAt(0), each.charCodeAt(0)] as const)),
    // Halves of surrogate pairs are left out: alone they are no character.
    sequence(
      literal("u"),
      choice(
        sequence(characters([0x30, 0x39], [0x41, 0x43], [0x61, 0x63]), HEX),
        sequence(characters([0x44, 0x44], [0x64, 0x64]), characters([0x30, 0x37])),
        sequence(characters([0x45, 0x46], [0x65, 0x66]), HEX),
      ),
      HEX,
      HEX,
    ),
  ),
);
const CHARACTER = choice(PLAIN, ESCAPE);
const DIGIT = characters([0x30, 0x39]);
const INTEGER = sequence(
  optional(literal("-")),
  choice(literal("0"), sequence(characters([0x31, 0x39]), repeat(DIGIT, 0, 15))),
);
const NUMBER = sequence(
  INTEGER,
  optional(sequence(literal("."), repeat(DIGIT, 1, 16))),
  optional(
    sequence(
      characters([0x45, 0x45], [0x65, 0x65]),
      optional(characters([0x2b, 0x2b], [0x2d, 0x2d])),
      repeat(DIGIT, 1, 2),
    ),
  ),
);
const COMMA = sequence(literal(","), optional(literal(" ")));
const COLON = sequence(literal(":"), optional(literal(" ")));

const quoted = (inside: Language) => sequence(literal('"'), inside, literal('"'));
const STRING = quoted(repeat(CHARACTER, 0));

/** What each type reads of its schema. */
const TYPES: Readonly<
  Record<string, { readonly keywords: readonly string[]; of(schema: Schema, place: Place): Language }>
> = {
  string: { keywords: ["minLength", "maxLength", "pattern"], of: stringOf },
  integer: { keywords: [], of: () => INTEGER },
  number: { keywords: [], of: () => NUMBER },
  boolean: { keywords: [], of: () => choice(literal("true"), literal("false")) },
  null: { keywords: [], of: () => literal("null") },
  array: { keywords: ["items", "minItems", "maxItems"], of: arrayOf },
  object: { keywords: ["properties", "required", "additionalProperties"], of: objectOf },
};

/**
 * The JSON texts of a schema: `type` (also a list), `properties` in their order, `required`, `additionalProperties: false`, `items`,
 * `minItems`, `maxItems`, `minLength`, `maxLength`, `pattern` (of texts that JSON does not escape), `enum`, `const`, `anyOf`, and `$ref` to
 * `$defs` without recursion. A space may stand behind commas and colons.
 *
 * @throws {SchemaUnsupported} Naming the first keyword that is not in the subset; {PatternUnsupported}.
 */
export function jsonOf(schema: Schema): Language {
  return languageOf(schema, { at: "", root: schema, following: [] });
}

/** Any object, of some levels. */
export function anyJsonObject(): Language {
  return freeObject(FREE_DEPTH);
}

function languageOf(given: unknown, place: Place): Language {
  if (given === true) return freeValue(FREE_DEPTH);
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return refuse(place, "a schema must be an object");
  const schema = given as Schema;
  const keywords = Object.keys(schema).filter((keyword) => !NOTES.has(keyword));
  const only = (...known: readonly string[]) => {
    const other = keywords.find((keyword) => !known.includes(keyword));
    if (other !== undefined) refuse(place, `the keyword "${other}" is not supported here`);
  };
  const inside = (part: string): Place => ({ ...place, at: `${place.at}/${part}` });
  if (schema.$ref !== undefined) {
    only("$ref");
    return referred(String(schema.$ref), place);
  }
  if (schema.const !== undefined) {
    only("const", "type");
    return literal(JSON.stringify(schema.const));
  }
  if (Array.isArray(schema.enum)) {
    only("enum", "type");
    return choice(...schema.enum.map((value) => literal(JSON.stringify(value))));
  }
  if (Array.isArray(schema.anyOf)) {
    only("anyOf");
    return choice(...schema.anyOf.map((option, i) => languageOf(option, inside(`anyOf/${i}`))));
  }
  if (keywords.length === 0) return freeValue(FREE_DEPTH);
  only("type", ...Object.values(TYPES).flatMap((type) => type.keywords));
  const types = [schema.type].flat().map((name) => {
    const type = TYPES[String(name)];
    return type ?? refuse(place, `type must be one of ${Object.keys(TYPES).join(", ")}, got ${JSON.stringify(name)}`);
  });
  only("type", ...types.flatMap((type) => type.keywords));
  return choice(...types.map((type) => type.of(schema, place)));
}

function stringOf({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: Schema, place: Place): Language {
  if (pattern === undefined) return quoted(repeat(CHARACTER, countOf(minLength, place), countOf(maxLength, place)));
  if (minLength !== 0 || maxLength !== Number.POSITIVE_INFINITY)
    refuse(place, "a pattern beside lengths is not supported");
  return quoted(unescaped(parseRegex(String(pattern))));
}

function arrayOf({ items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: Schema, place: Place): Language {
  const [least, most] = [countOf(minItems, place), countOf(maxItems, place)];
  return listOf(languageOf(items, { ...place, at: `${place.at}/items` }), least, most);
}

function objectOf({ properties, required = [], additionalProperties = false }: Schema, place: Place): Language {
  if (properties === undefined && additionalProperties !== false) return freeObject(FREE_DEPTH);
  if (additionalProperties !== false) refuse(place, "additionalProperties must be false");
  const needed = new Set(required as readonly string[]);
  const members = Object.entries((properties ?? {}) as Schema).map(([name, schema]) => ({
    isNeeded: needed.has(name),
    text: sequence(
      literal(JSON.stringify(name)),
      COLON,
      languageOf(schema, { ...place, at: `${place.at}/properties/${name}` }),
    ),
  }));
  const missing = [...needed].find((name) => !Object.hasOwn((properties ?? {}) as Schema, name));
  if (missing !== undefined) refuse(place, `required names "${missing}", which is not among the properties`);
  const behind = (from: number) =>
    members
      .slice(from)
      .map(({ isNeeded, text }) => (isNeeded ? sequence(COMMA, text) : optional(sequence(COMMA, text))));
  const firstNeeded = members.findIndex(({ isNeeded }) => isNeeded);
  const beginnings = members.slice(0, firstNeeded < 0 ? members.length : firstNeeded + 1);
  const bodies = beginnings.map(({ text }, i) => sequence(text, ...behind(i + 1)));
  const body = firstNeeded < 0 ? optional(choice(...bodies)) : choice(...bodies);
  return sequence(literal("{"), members.length === 0 ? sequence() : body, literal("}"));
}

function referred(reference: string, place: Place): Language {
  if (place.following.includes(reference)) return refuse(place, `the reference "${reference}" leads back to itself`);
  if (!reference.startsWith("#/")) return refuse(place, `the reference "${reference}" leads out of the schema`);
  const names = reference
    .slice(2)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = names.reduce<unknown>((value, name) => (value as Schema | undefined)?.[name], place.root);
  if (found === undefined) return refuse(place, `the reference "${reference}" finds nothing`);
  return languageOf(found, { ...place, at: reference, following: [...place.following, reference] });
}

function freeValue(depth: number): Language {
  const scalars = [STRING, NUMBER, literal("true"), literal("false"), literal("null")];
  return depth === 0
    ? choice(...scalars)
    : choice(...scalars, listOf(freeValue(depth - 1), 0, Number.POSITIVE_INFINITY), freeObject(depth - 1));
}

function freeObject(depth: number): Language {
  const member = sequence(STRING, COLON, freeValue(depth));
  return sequence(literal("{"), optional(sequence(member, repeat(sequence(COMMA, member), 0))), literal("}"));
}

function listOf(item: Language, least: number, most: number): Language {
  const items = sequence(item, repeat(sequence(COMMA, item), Math.max(0, least - 1), Math.max(0, most - 1)));
  const body = most === 0 ? sequence() : least === 0 ? optional(items) : items;
  return sequence(literal("["), body, literal("]"));
}

/** Texts of a language that stand in JSON as they are: without quotes, backslashes and control characters. */
function unescaped(language: Language): Language {
  const banned = [
    [0, 0x1f],
    [0x22, 0x22],
    [0x5c, 0x5c],
  ] as const;
  switch (language.kind) {
    case "characters":
      return characters(...complement([...complement(language.ranges), ...banned]));
    case "sequence":
      return { ...language, parts: language.parts.map(unescaped) };
    case "choice":
      return { ...language, options: language.options.map(unescaped) };
    case "repeat":
      return { ...language, part: unescaped(language.part) };
  }
}

function countOf(value: unknown, place: Place): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 0))
    return value as number;
  return refuse(place, `a length must be a whole number, got ${JSON.stringify(value)}`);
}

function refuse({ at }: Place, problem: string): never {
  throw new SchemaUnsupported(`${at === "" ? "the schema" : at}: ${problem}`);
}
