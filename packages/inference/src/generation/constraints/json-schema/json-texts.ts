import { characters, choice, complement, type Language, literal, optional, repeat, sequence } from "../language.ts";

// What JSON's values look like (RFC 8259), a space behind commas and colons allowed.

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
/** A character of a text between quotes. */
export const CHARACTER = choice(PLAIN, ESCAPE);
const DIGIT = characters([0x30, 0x39]);
export const INTEGER = sequence(
  optional(literal("-")),
  choice(literal("0"), sequence(characters([0x31, 0x39]), repeat(DIGIT, 0, 15))),
);
export const NUMBER = sequence(
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
export const COMMA = sequence(literal(","), optional(literal(" ")));
export const COLON = sequence(literal(":"), optional(literal(" ")));

export const quoted = (inside: Language) => sequence(literal('"'), inside, literal('"'));
const STRING = quoted(repeat(CHARACTER, 0));

/** Any value, of some levels. */
export function anyJsonValue(): Language {
  return freeValue(FREE_DEPTH);
}

/** Any object, of some levels. */
export function anyJsonObject(): Language {
  return freeObject(FREE_DEPTH);
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

/** Objects with any names, whose members have values of a language. */
export function membersOf(value: Language): Language {
  const member = sequence(STRING, COLON, value);
  return sequence(literal("{"), optional(sequence(member, repeat(sequence(COMMA, member), 0))), literal("}"));
}

/** Lists of so many items. */
export function listOf(item: Language, least: number, most: number): Language {
  const items = sequence(item, repeat(sequence(COMMA, item), Math.max(0, least - 1), Math.max(0, most - 1)));
  const body = most === 0 ? sequence() : least === 0 ? optional(items) : items;
  return sequence(literal("["), body, literal("]"));
}
