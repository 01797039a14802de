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
  /** References that were followed: each is read once, however often it stands somewhere. */
  readonly followed: Map<string, Language>;
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

/** A type of JSON's values. */
interface Type {
  /** What it reads of its schema. */
  readonly keywords: readonly string[];
  holds(value: unknown): boolean;
  of(schema: Schema, place: Place): Language;
}

const isOf = (name: string) => (value: unknown) => typeof value === name;

const TYPES: Readonly<Record<string, Type>> = {
  string: { keywords: ["minLength", "maxLength", "pattern"], holds: isOf("string"), of: stringOf },
  integer: { keywords: [], holds: Number.isInteger, of: () => INTEGER },
  number: { keywords: [], holds: isOf("number"), of: () => NUMBER },
  boolean: { keywords: [], holds: isOf("boolean"), of: () => choice(literal("true"), literal("false")) },
  null: { keywords: [], holds: (value) => value === null, of: () => literal("null") },
  array: { keywords: ["items", "minItems", "maxItems"], holds: Array.isArray, of: arrayOf },
  object: { keywords: ["properties", "required", "additionalProperties"], holds: isSchema, of: objectOf },
};

/**
 * The JSON texts of a schema: `type` (also a list), `properties` in their order, `required`, `additionalProperties` (a schema only where no property is named), `items`,
 * `minItems`, `maxItems`, `minLength`, `maxLength`, `pattern` (of texts that JSON does not escape), `enum`, `const` (both also beside `type`), `anyOf`, and `$ref` to
 * `$defs` without recursion. A space may stand behind commas and colons.
 *
 * @throws {SchemaUnsupported} Naming the first keyword that is not in the subset; {PatternUnsupported}.
 */
export function jsonOf(schema: Schema): Language {
  return languageOf(schema, { at: "", root: schema, following: [], followed: new Map() });
}

/** Any object, of some levels. */
export function anyJsonObject(): Language {
  return freeObject(FREE_DEPTH);
}

function languageOf(given: unknown, place: Place): Language {
  if (given === true) return freeValue(FREE_DEPTH);
  if (!isSchema(given)) return refuse(place, "a schema must be an object");
  const schema = given;
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
  const types = typesOf(schema, place);
  for (const keyword of ["const", "enum"] as const) {
    if (schema[keyword] === undefined) continue;
    only(keyword, "type");
    return choice(...valuesOf(schema, { keyword, types, place }).map((value) => literal(JSON.stringify(value))));
  }
  if (schema.anyOf !== undefined) {
    only("anyOf");
    const options = Array.isArray(schema.anyOf) ? schema.anyOf : [];
    if (options.length === 0) refuse(place, "anyOf must list schemas");
    return choice(...options.map((option, i) => languageOf(option, inside(`anyOf/${i}`))));
  }
  if (keywords.length === 0) return freeValue(FREE_DEPTH);
  only("type", ...types.flatMap((type) => type.keywords));
  return choice(...types.map((type) => type.of(schema, place)));
}

/** The types that a schema names. */
function typesOf({ type }: Schema, place: Place): readonly Type[] {
  if (type === undefined) return [];
  const known = Object.keys(TYPES);
  const names = [type].flat();
  const wrong = names.find((name) => !known.includes(String(name)));
  if (wrong !== undefined || names.length === 0)
    refuse(place, `type must be one of ${known.join(", ")}, got ${JSON.stringify(wrong ?? type)}`);
  return names.map((name) => TYPES[String(name)]!);
}

/** The values that a schema lists, of its types. */
function valuesOf(
  schema: Schema,
  {
    keyword,
    types,
    place,
  }: { readonly keyword: "const" | "enum"; readonly types: readonly Type[]; readonly place: Place },
): readonly unknown[] {
  const values = keyword === "const" ? [schema.const] : schema.enum;
  if (!Array.isArray(values) || values.length === 0) return refuse(place, `${keyword} must list values`);
  const fitting = types.length === 0 ? values : values.filter((value) => types.some((type) => type.holds(value)));
  if (fitting.length === 0) refuse(place, `no value of ${keyword} is of the type ${JSON.stringify(schema.type)}`);
  return fitting;
}

function stringOf(schema: Schema, place: Place): Language {
  const { pattern } = schema;
  const [least, most] = boundsOf(schema, { least: "minLength", most: "maxLength", place });
  if (pattern === undefined) return quoted(repeat(CHARACTER, least, most));
  if (typeof pattern !== "string") return refuse(place, "pattern must be a text");
  if (least !== 0 || most !== Number.POSITIVE_INFINITY) refuse(place, "a pattern beside lengths is not supported");
  return quoted(unescaped(parseRegex(pattern)));
}

function arrayOf(schema: Schema, place: Place): Language {
  const [least, most] = boundsOf(schema, { least: "minItems", most: "maxItems", place });
  return listOf(languageOf(schema.items ?? {}, { ...place, at: `${place.at}/items` }), least, most);
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, place: Place): Language {
  if (!isSchema(properties)) return refuse(place, "properties must be an object");
  if (!Array.isArray(required)) return refuse(place, "required must be a list of names");
  const missing = required.find((name) => !Object.hasOwn(properties, name));
  if (missing !== undefined) refuse(place, `required names "${missing}", which is not among the properties`);
  if (Object.keys(properties).length === 0) {
    if (additionalProperties === false) return sequence(literal("{"), literal("}"));
    if (additionalProperties === undefined || additionalProperties === true) return freeObject(FREE_DEPTH);
    return membersOf(languageOf(additionalProperties, { ...place, at: `${place.at}/additionalProperties` }));
  }
  if (additionalProperties !== undefined && additionalProperties !== false)
    refuse(place, "additionalProperties beside properties must be false");
  const needed = new Set(required);
  const members = Object.entries(properties).map(([name, schema]) => ({
    isNeeded: needed.has(name),
    text: sequence(
      literal(JSON.stringify(name)),
      COLON,
      languageOf(schema, { ...place, at: `${place.at}/properties/${name}` }),
    ),
  }));
  const behind = (from: number) =>
    members
      .slice(from)
      .map(({ isNeeded, text }) => (isNeeded ? sequence(COMMA, text) : optional(sequence(COMMA, text))));
  const firstNeeded = members.findIndex(({ isNeeded }) => isNeeded);
  const beginnings = members.slice(0, firstNeeded < 0 ? members.length : firstNeeded + 1);
  const bodies = beginnings.map(({ text }, i) => sequence(text, ...behind(i + 1)));
  const body = firstNeeded < 0 ? optional(choice(...bodies)) : choice(...bodies);
  return sequence(literal("{"), body, literal("}"));
}

function referred(reference: string, place: Place): Language {
  const known = place.followed.get(reference);
  if (known !== undefined) return known;
  if (place.following.includes(reference)) return refuse(place, `the reference "${reference}" leads back to itself`);
  if (!reference.startsWith("#/")) return refuse(place, `the reference "${reference}" leads out of the schema`);
  const names = reference
    .slice(2)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = names.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Schema)[name] : undefined,
    place.root,
  );
  if (found === undefined) return refuse(place, `the reference "${reference}" finds nothing`);
  const language = languageOf(found, { ...place, at: reference, following: [...place.following, reference] });
  place.followed.set(reference, language);
  return language;
}

function freeValue(depth: number): Language {
  const scalars = [STRING, NUMBER, literal("true"), literal("false"), literal("null")];
  return depth === 0
    ? choice(...scalars)
    : choice(...scalars, listOf(freeValue(depth - 1), 0, Number.POSITIVE_INFINITY), freeObject(depth - 1));
}

function freeObject(depth: number): Language {
  return membersOf(freeValue(depth));
}

/** Objects with any names. */
function membersOf(value: Language): Language {
  const member = sequence(STRING, COLON, value);
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

function boundsOf(
  schema: Schema,
  { least, most, place }: { readonly least: string; readonly most: string; readonly place: Place },
): readonly [least: number, most: number] {
  const bounds = [
    countOf(schema[least] ?? 0, place),
    countOf(schema[most] ?? Number.POSITIVE_INFINITY, place),
  ] as const;
  if (bounds[0] > bounds[1]) refuse(place, `${least} ${bounds[0]} is above ${most} ${bounds[1]}`);
  return bounds;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse({ at }: Place, problem: string): never {
  throw new SchemaUnsupported(`${at === "" ? "the schema" : at}: ${problem}`);
}
