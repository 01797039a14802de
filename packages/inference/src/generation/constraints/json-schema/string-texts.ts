import { characters, complement, type Language, repeat } from "../language.ts";
import { parseRegex } from "../parse-regex.ts";
import { boundsOf } from "./bounds.ts";
import { CHARACTER, quoted } from "./json-texts.ts";
import { type Place, refuse, type Schema } from "./schema-place.ts";

/** The texts of a schema of strings. */
export function stringOf(schema: Schema, place: Place): Language {
  const { pattern } = schema;
  const [least, most] = boundsOf(schema, { least: "minLength", most: "maxLength", place });
  if (pattern === undefined) return quoted(repeat(CHARACTER, least, most));
  if (typeof pattern !== "string") return refuse(place, "pattern must be a text");
  if (least !== 0 || most !== Number.POSITIVE_INFINITY) refuse(place, "a pattern beside lengths is not supported");
  return quoted(unescaped(parseRegex(pattern)));
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
