import { choice, type Language, literal, optional, sequence } from "../language.ts";
import { anyJsonObject, COLON, COMMA, membersOf } from "./json-texts.ts";
import { isSchema, type Place, refuse, type Schema } from "./schema-place.ts";

/** The language of a schema that lies inside another. */
export type InnerLanguage = (schema: unknown, place: Place) => Language;

/** The objects of a schema: its properties in their order, those that are not required left out or not. */
export function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  place: Place,
  languageOf: InnerLanguage,
): Language {
  if (!isSchema(properties)) return refuse(place, "properties must be an object");
  if (!Array.isArray(required)) return refuse(place, "required must be a list of names");
  const missing = required.find((name) => !Object.hasOwn(properties, name));
  if (missing !== undefined) refuse(place, `required names "${missing}", which is not among the properties`);
  if (Object.keys(properties).length === 0) {
    if (additionalProperties === false) return sequence(literal("{"), literal("}"));
    if (additionalProperties === undefined || additionalProperties === true) return anyJsonObject();
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
