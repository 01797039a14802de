/** White space, digits and word characters as Oniguruma defines them for UTF-8. */
const CLASSES: Readonly<Record<string, string>> = {
  s: "\\p{White_Space}",
  S: "\\P{White_Space}",
  d: "\\p{Nd}",
  D: "\\P{Nd}",
};
const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
/** Word characters too, but not within a class. */
const WORD_FRACTIONS = "\u00b2\u00b3\u00b9\u00bc-\u00be";
const CONTROLS = new Set(["n", "r", "t", "f", "v"]);

/** Letters beyond ASCII that are equal to an ASCII letter where case does not count. */
const FOLDS: Readonly<Record<string, string>> = { k: "\u212a", s: "\u017f" };

/** What a pattern is made of, apart from classes and groups without case. */
const GROUP = /\((?:\?(?:<[=!]|[:=!]|i:))?/y;
const QUANTIFIER = /(?:[?*+]|\{\d+(?:,\d*)?\})\??/y;
const PROPERTY = /\\([pP])\{(\w+)\}/y;

/**
 * Makes a JavaScript expression of one in Oniguruma's Ruby syntax, which Hugging Face tokenizers use: alternatives, groups, look-around, greedy
 * and lazy quantifiers, simple classes, properties and `(?i:…)` over ASCII.
 *
 * @returns What of it we cannot say in JavaScript, in words, where there is such a thing.
 */
export function translateRegex(source: string): RegExp | string {
  try {
    return new RegExp(new Translation(source).run(), "gu");
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof SyntaxError) return error.message;
    throw error;
  }
}

class Untranslatable extends Error {}

class Translation {
  #at = 0;
  readonly #source: string;
  /** Of each open group, whether case does not count in it. */
  readonly #groups: boolean[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  run(): string {
    let result = "";
    while (this.#at < this.#source.length) result += this.#next();
    return result;
  }

  get #ignoresCase(): boolean {
    return this.#groups.at(-1) ?? false;
  }

  #next(): string {
    const character = this.#peek();
    switch (character) {
      case "(":
        return this.#open();
      case ")":
        this.#take();
        this.#groups.pop();
        return ")";
      case "[":
        return this.#class();
      case "\\":
        return this.#escape({ inClass: false });
      case "?":
      case "*":
      case "+":
      case "{":
        return this.#quantifier();
      case "|":
        return this.#take();
      case ".":
        this.#take();
        return "[^\\n]";
      // Lines begin and end at line feeds, in Ruby's syntax without any flag. V8 finds the same as negative look-around
      // between the halves of a surrogate pair too.
      case "^":
        this.#take();
        return "(?<=^|\\n)";
      case "$":
        this.#take();
        return "(?=\\n|$)";
      default:
        return this.#letter(this.#take());
    }
  }

  #open(): string {
    const opening = this.#match(GROUP)![0];
    const isCaseless = opening === "(?i:";
    if (this.#peek() === "?") throw new Untranslatable(`a group "(${this.#source.slice(this.#at, this.#at + 2)}…"`);
    this.#groups.push(isCaseless || this.#ignoresCase);
    return isCaseless || opening === "(" ? "(?:" : opening;
  }

  #quantifier(): string {
    const found = this.#match(QUANTIFIER)?.[0];
    const isOdd = found === undefined || "?*+{".includes(this.#peek() || " ") || /^\{\d+\}\?$/.test(found);
    if (isOdd) throw new Untranslatable(`the quantifier "${found ?? "{"}${this.#peek()}"`);
    return found;
  }

  #class(): string {
    this.#take();
    let members = this.#peek() === "^" ? this.#take() : "";
    for (let isFirst = true; this.#peek() !== "]" || isFirst; isFirst = false) {
      const character = this.#peek();
      const isAnd = this.#source.startsWith("&&", this.#at);
      if (character === "" || character === "[" || character === "]" || isAnd) {
        throw new Untranslatable("a class within a class, or one that does not end");
      }
      if (character === "\\") members += this.#escape({ inClass: true });
      else if (character === "-") members += this.#range(members);
      else members += this.#ignoresCase ? this.#cases(this.#take()) : escapeInClass(this.#take());
    }
    this.#take();
    return `[${members}]`;
  }

  /** A hyphen: between two characters a range, at either end itself. */
  #range(members: string): string {
    this.#take();
    const isLiteral = members === "" || members === "^" || this.#peek() === "]";
    if (!isLiteral && this.#ignoresCase) throw new Untranslatable("a range where case does not count");
    return isLiteral ? "\\-" : "-";
  }

  #escape({ inClass }: { readonly inClass: boolean }): string {
    const property = this.#match(PROPERTY);
    if (property !== null) return propertyOf(property[1]!, property[2]!);
    this.#take();
    const letter = this.#take();
    if (letter === "w") return inClass ? WORD : `[${WORD}${WORD_FRACTIONS}]`;
    if (letter === "W" && !inClass) return `[^${WORD}${WORD_FRACTIONS}]`;
    if (Object.hasOwn(CLASSES, letter)) return CLASSES[letter]!;
    if (CONTROLS.has(letter)) return `\\${letter}`;
    if (letter === "" || /[\p{L}\p{N}]/u.test(letter)) throw new Untranslatable(`the escape "\\${letter}"`);
    return inClass ? escapeInClass(letter) : escapeLetter(letter);
  }

  #letter(letter: string): string {
    if (!this.#ignoresCase) return escapeLetter(letter);
    const cases = this.#cases(letter);
    return /^[a-z]$/i.test(letter) ? `[${cases}]` : cases;
  }

  #cases(letter: string): string {
    if (/^[a-z]$/i.test(letter)) {
      const small = letter.toLowerCase();
      return small + small.toUpperCase() + (FOLDS[small] ?? "");
    }
    if (letter.toLowerCase() !== letter.toUpperCase())
      throw new Untranslatable(`"${letter}" where case does not count`);
    return escapeInClass(letter);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #peek(): string {
    const codePoint = this.#source.codePointAt(this.#at);
    return codePoint === undefined ? "" : String.fromCodePoint(codePoint);
  }

  #take(): string {
    const character = this.#peek();
    this.#at += character.length;
    return character;
  }
}

/** A general category, or a script, whose name Oniguruma takes alone. */
function propertyOf(letter: string, name: string): string {
  for (const value of [name, `Script=${name}`]) {
    const property = `\\${letter}{${value}}`;
    try {
      new RegExp(property, "u");
      return property;
    } catch {
      // The next way to say it.
    }
  }
  throw new Untranslatable(`the property "${name}"`);
}

function escapeLetter(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}

function escapeInClass(letter: string): string {
  return letter.replace(/[\\\]^[-]/, "\\$&");
}
