import { choice, type Language, literal } from "../language.ts";
import { boundsOf } from "./bounds.ts";
import { anyJsonValue, INTEGER, listOf, NUMBER } from "./json-texts.ts";
import { objectOf } from "./object-texts.ts";
import { isSchema, type Place, refuse, type Schema } from "./schema-place.ts";
import { stringOf } from "./string-texts.ts";

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
  object: {
    keywords: ["properties", "required", "additionalProperties"],
    holds: isSchema,
    of: (schema, place) => objectOf(schema, place, languageOf),
  },
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

function languageOf(given: unknown, place: Place): Language {
  if (given === true) return anyJsonValue();
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
  if (keywords.length === 0) return anyJsonValue();
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

function arrayOf(schema: Schema, place: Place): Language {
  const [least, most] = boundsOf(schema, { least: "minItems", most: "maxItems", place });
  return listOf(languageOf(schema.items ?? {}, { ...place, at: `${place.at}/items` }), least, most);
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
