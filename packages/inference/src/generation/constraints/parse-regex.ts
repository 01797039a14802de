import {
  characters,
  choice,
  complement,
  LAST_CODE_POINT,
  type Language,
  pointRange,
  type Range,
  repeat,
  sequence,
} from "./language.ts";

/** What a pattern has that is not in the subset. */
export class PatternUnsupported extends Error {
  override readonly name = "PatternUnsupported";
}

const DIGITS: readonly Range[] = [[0x30, 0x39]];
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const SPACE: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** What stands behind a backslash for several characters. */
const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", "0": "\0" };
const LINE_ENDS: readonly Range[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const QUANTIFIERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  "*": [0, Number.POSITIVE_INFINITY],
  "+": [1, Number.POSITIVE_INFINITY],
  "?": [0, 1],
};

/**
 * Reads a pattern in JavaScript's syntax with the flag `u`, which a text is to match as a whole: characters, `.`, classes, `\d \w \s` and
 * their negations, groups, `|`, `* + ?` and `{n,m}`; `^` in front and `$` behind may stand there. No look-around, back-reference, `\b` or
 * `\p`.
 *
 * @throws {PatternUnsupported} Naming what is not in the subset.
 */
export function parseRegex(pattern: string): Language {
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    throw new PatternUnsupported(error instanceof Error ? error.message : String(error));
  }
  const source = Array.from(pattern.replace(/^\^/, "").replace(/(?<!\\)((?:\\\\)*)\$$/, "$1"));
  let at = 0;
  const refuse = (what: string): never => {
    throw new PatternUnsupported(`${what} is not supported`);
  };

  const readChoice = (): Language => {
    const options = [readSequence()];
    while (source[at] === "|") {
      at++;
      options.push(readSequence());
    }
    return options.length === 1 ? options[0]! : choice(...options);
  };
  const readSequence = (): Language => {
    const parts: Language[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(readQuantified());
    return sequence(...parts);
  };
  const readQuantified = (): Language => {
    const part = readAtom();
    const [least, most] = readQuantifier() ?? [1, 1];
    return least === 1 && most === 1 ? part : repeat(part, least, most);
  };
  const readQuantifier = (): readonly [number, number] | undefined => {
    const simple = QUANTIFIERS[source[at] ?? ""];
    const counted = simple === undefined ? /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(at).join("")) : null;
    if (simple === undefined && counted === null) return undefined;
    at += counted === null ? 1 : counted[0].length;
    if (source[at] === "?") at++; // A lazy quantifier finds less, and allows as much.
    if (simple !== undefined) return simple;
    const [, least, comma, most] = counted!;
    const limit = comma === "" ? Number(least) : Number.POSITIVE_INFINITY;
    return [Number(least), most === "" ? limit : Number(most)];
  };
  const readAtom = (): Language => {
    const character = source[at++]!;
    if (character === "(") return readGroup();
    if (character === "[") return characters(...readClass());
    if (character === ".") return characters(...complement(LINE_ENDS));
    if (character === "\\") return characters(...readEscape());
    if (character === "^" || character === "$") return refuse(`"${character}" inside a pattern`);
    return characters(pointRange(character));
  };
  const readGroup = (): Language => {
    if (source[at] === "?") {
      if (source[at + 1] !== ":") {
        const name = /^\?<(?![=!])[^>]+>/.exec(source.slice(at).join(""));
        if (name === null) refuse("look-around");
        at += name![0].length;
      } else at += 2;
    }
    const inside = readChoice();
    at++; // The parenthesis: JavaScript has found the pattern well-formed.
    return inside;
  };
  const readEscape = (): readonly Range[] => {
    const character = source[at++]!;
    if (CLASSES[character] !== undefined) return CLASSES[character];
    if (CONTROLS[character] !== undefined) return [pointRange(CONTROLS[character])];
    const rest = source.slice(at - 1).join("");
    const code = /^x([0-9a-f]{2})|^u([0-9a-f]{4})|^u\{([0-9a-f]+)\}/i.exec(rest);
    if (code !== null) {
      at += code[0].length - 1;
      const point = Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16);
      return [[point, point]];
    }
    if (/[A-Za-z0-9]/.test(character)) refuse(`"\\${character}"`);
    return [pointRange(character)];
  };
  const readClass = (): readonly Range[] => {
    const isNegated = source[at] === "^";
    if (isNegated) at++;
    const ranges: Range[] = [];
    while (source[at] !== "]") {
      const from = readMember();
      const [start] = from;
      if (source[at] === "-" && source[at + 1] !== "]" && from.length === 1 && start![0] === start![1]) {
        at++;
        const [to] = readMember();
        ranges.push([start![0], Math.min(to![1], LAST_CODE_POINT)]);
      } else ranges.push(...from);
    }
    at++;
    return isNegated ? complement(ranges) : ranges;
  };
  const readMember = (): readonly Range[] => {
    const character = source[at++]!;
    if (character !== "\\") return [pointRange(character)];
    if (source[at] === "b") {
      at++;
      return [pointRange("\b")];
    }
    return readEscape();
  };
  return readChoice();
}
