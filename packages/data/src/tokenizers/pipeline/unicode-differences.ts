/**
 * Where the Unicode tables inside Hugging Face tokenizers (0.21) and those of JavaScript disagree.
 *
 * Its classes of punctuation, non-spacing marks and format characters are of Unicode 8, its decompositions and combining marks of Unicode 11. So characters that got a class
 * later are ordinary ones there, and a few have changed theirs. Found by running each code point through both
 * (`test/parity/fixtures/unicode_differences.py`); every range is to be read together with the property that JavaScript gives its members.
 */

/** Punctuation that is none there. */
const LATER_PUNCTUATION = ranges(
  "61d 9fd-a76 c77-c84 1b4e-1b4f 1b7d-1b7f 2e43-2e5d 10d6e-10f89 113d4-1145d 11660-116b9 1183b-11fff 12ff1-12ff2 16d6d-16fe2 1e5ff-1e95f",
);
/** Symbols that are punctuation there. */
const FORMER_PUNCTUATION = ranges("166d 111c9");
/** Non-spacing marks that are none there. */
const LATER_MARKS = ranges(
  "7fd 897-8e1 9fe afa-aff b55 c04-c3c d00 d3b-d3c d81 eba ece 180f-1886 1abf-1aeb 1df6-1dfb a82c a8c5 a8ff a9bd 10d24-10f85 11070-11074 110c2 111c9 111cf 1123e-11241 1133b 113bb-1145e 1182f-1612f 16f4f 16fe4 1cf00-1cf46 1e000-1e6f5 1e944-1e94a",
);
/** Spacing marks that are non-spacing there. */
const FORMER_MARKS = ranges("1734 1171e");
/** Marks of any kind that are none there. */
const LATER_COMBINING = ranges(
  "7fd 897-8d3 9fe afa-aff b55 c04-c3c cf3-d00 d3b-d3c d81 eba ece 1715 180f 1abf-1aeb 1cf7 1df6-1dfa a82c a8ff 10d24-10f85 11070-11074 110c2 11145-11146 111c9 111ce-111cf 11241 1133b 113b8-113e2 1145e 1182c-11b67 11d31-1612f 16f4f 16f7f-16f87 16fe4-16ff1 1cf00-1cf46 1e08f-1e6f5",
);
/** Letters that are marks there. */
const FORMER_COMBINING = ranges("1cf2-1cf3");
/** Format characters that are none there. */
const LATER_FORMATS = ranges("890-8e2 110cd-1343f");
/** Characters that do not decompose there, neither canonically nor by compatibility. */
const LATER_DECOMPOSITIONS = ranges(
  "32ff a7f1-a7f4 ab69 105c9-105e4 10781-107ba 11383-113c8 11938-16d6a 1ccd6-1ccf9 1e030-1e06d 1f16c 1fbf0-1fbf9",
);

const isOneOf = (pattern: RegExp, known: { readonly except: CodePoints; readonly and: CodePoints }) => {
  return (character: string): boolean => {
    const codePoint = character.codePointAt(0)!;
    return pattern.test(character) ? !known.except(codePoint) : known.and(codePoint);
  };
};

const none: CodePoints = () => false;

/** ASCII symbols count as punctuation, as in BERT. */
export const isPunctuation = isOneOf(/^[!-/:-@[-`{-~\p{P}]$/u, { except: LATER_PUNCTUATION, and: FORMER_PUNCTUATION });
export const isNonSpacingMark = isOneOf(/^\p{Mn}$/u, { except: LATER_MARKS, and: FORMER_MARKS });
/** Marks of any kind, enclosing and spacing ones too. */
export const isCombiningMark = isOneOf(/^\p{M}$/u, { except: LATER_COMBINING, and: FORMER_COMBINING });
/** Control, format and private-use characters. */
export const isControl = isOneOf(/^[\p{Cc}\p{Cf}\p{Co}]$/u, { except: LATER_FORMATS, and: none });

export type NormalizationForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/** The Unicode normal form of a text; characters whose decomposition or combining class is newer than Unicode 11 stay. */
export function normalForm(text: string, form: NormalizationForm): string {
  let result = "";
  let start = 0;
  let at = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    // A mark that is none there keeps its place among others.
    const isLaterMark = LATER_COMBINING(codePoint) && /^\p{M}$/u.test(character);
    if (isLaterMark || (LATER_DECOMPOSITIONS(codePoint) && character.normalize("NFKD") !== character)) {
      result += text.slice(start, at).normalize(form) + character;
      start = at + character.length;
    }
    at += character.length;
  }
  return result + text.slice(start).normalize(form);
}

type CodePoints = (codePoint: number) => boolean;

/** Membership in hexadecimal ranges, sorted. */
function ranges(text: string): CodePoints {
  const bounds = text.split(" ").map((range) => range.split("-").map((end) => Number.parseInt(end, 16)));
  const starts = bounds.map(([start]) => start!);
  const ends = bounds.map(([start, end]) => end ?? start!);
  return (codePoint) => {
    if (codePoint < starts[0]!) return false;
    let range = 0;
    while (range + 1 < starts.length && starts[range + 1]! <= codePoint) range++;
    return codePoint <= ends[range]!;
  };
}
