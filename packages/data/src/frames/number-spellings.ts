/** What a spelling writes between whole numbers and fractions, and between thousands. */
interface SpellingRule {
  readonly decimal: "." | ",";
  /** Absent: digits are not grouped. */
  readonly group?: "." | "," | "'" | " ";
}

/** Ways to write numbers, by an example. The earlier one is taken where two fit and say the same. */
const RULES = {
  "1234.5": { decimal: "." },
  "1,234.5": { decimal: ".", group: "," },
  "1234,5": { decimal: "," },
  "1.234,5": { decimal: ",", group: "." },
  "1 234.5": { decimal: ".", group: " " },
  "1 234,5": { decimal: ",", group: " " },
  "1'234.5": { decimal: ".", group: "'" },
} as const satisfies Record<string, SpellingRule>;

export type NumberSpelling = keyof typeof RULES;
export const NUMBER_SPELLINGS = Object.keys(RULES) as readonly NumberSpelling[];

/** A number with what stands before or behind it. */
export interface ReadNumber {
  readonly value: number;
  /** A currency or "%", or what else stands behind it: "kg", "万元"; "" for a bare number. */
  readonly unit: string;
}

/** Spaces of all kinds, and the apostrophes that print uses. */
const SPACES = /[\u00a0\u2007\u2009\u202f]/g;
const APOSTROPHES = /[’ʼ]/g;
const MINUS = /^[−‒–]/;
const CODES = "USD|EUR|GBP|JPY|CNY|RMB|CHF|AUD|CAD|NZD|HKD|TWD|SGD|INR|KRW|RUB|BRL|MXN|ZAR|SEK|NOK|DKK|PLN|CZK|TRY";
const UNIT = String.raw`(?:US\$|\p{Sc}|${CODES}|Fr\.|kr|zł|Kč|元|円|%|‰)`;
/** Any other unit, behind a number: `kg`, `km/h`, `m²`, `°C`, `sqft`, `公斤`. Whether it is one, the other rows tell. */
const MEASURE = String.raw`[\p{L}°µ²³][\p{L}°µ²³/]{0,11}`;
/** As East Asian texts write digits and signs. */
const FULL_WIDTH = /[\uff01-\uff5e\uffe0-\uffe6]/g;
/** Most numbers, in every spelling or in those with a decimal point. */
const WHOLE = /^-?\d+$/;
const PLAIN = /^-?\d+\.\d+$/;
/** A longer cell is no number. */
const LONGEST = 64;
const WITH_UNIT = new RegExp(
  `^(?<sign>[+-]?)\\s?(?<before>${UNIT})?\\s?(?<sign2>[+-]?)(?<digits>[\\d.,' ]*\\d[\\d.,' ]*(?:e[+-]?\\d+)?)\\s?(?:(?<after>${UNIT})|(?<measure>${MEASURE}))?$`,
  "iu",
);

const PATTERNS = Object.fromEntries(NUMBER_SPELLINGS.map((name) => [name, pattern(RULES[name])])) as Readonly<
  Record<NumberSpelling, RegExp>
>;

function pattern({ decimal, group }: SpellingRule): RegExp {
  const point = `\\${decimal}`;
  // A group has three digits, behind one to three that do not begin with 0.
  const whole = group === undefined ? String.raw`\d*` : `(?:\\d*|[1-9]\\d{0,2}(?:\\${group}\\d{3})+)`;
  return new RegExp(`^(?=\\d|${point}\\d)${whole}(?:${point}\\d*)?(?:e[+-]?\\d+)?$`, "i");
}

/**
 * Reads a number as a spelling writes it; a currency or a percent sign may stand beside it, any other unit
 * behind it, and brackets for a minus.
 *
 * @returns `undefined` for what is no number in that spelling, or none that is finite.
 */
export function readNumber(text: string, spelling: NumberSpelling): ReadNumber | undefined {
  if (text.length > LONGEST) return undefined;
  if (WHOLE.test(text) || (RULES[spelling].decimal === "." && PLAIN.test(text)))
    return { value: Number(text), unit: "" };
  const plain = text
    .trim()
    .replace(FULL_WIDTH, (character) => character.normalize("NFKC"))
    .replace(SPACES, " ")
    .replace(APOSTROPHES, "'")
    .replace(MINUS, "-");
  // As books of accounts write it.
  const inBrackets = /^\((.+)\)$/.exec(plain);
  const found = WITH_UNIT.exec(inBrackets?.[1] ?? plain)?.groups;
  if (found === undefined) return undefined;
  const { sign = "", sign2 = "", before = "", after = "", measure = "" } = found;
  const digits = found.digits!.trim();
  // A power of ten without its power; with a zero before it, the beginning of a code: 007A.
  if (measure !== "" && (before !== "" || /^e$/i.test(measure) || /^0\d/.test(digits))) return undefined;
  if ((before !== "" && after !== "") || (sign !== "" && sign2 !== "") || !PATTERNS[spelling].test(digits))
    return undefined;
  const { decimal, group }: SpellingRule = RULES[spelling];
  const ungrouped = group === undefined ? digits : digits.replaceAll(group, "");
  const magnitude = Number(decimal === "," ? ungrouped.replace(",", ".") : ungrouped);
  if (!Number.isFinite(magnitude)) return undefined;
  const isNegative = (inBrackets !== null) !== (sign === "-" || sign2 === "-");
  return { value: isNegative ? -magnitude : magnitude, unit: measure || (before + after).toUpperCase() };
}

/** The unit that most rows have beside their number, in whatever spelling; "" where most have none. */
export function commonUnit(values: readonly { readonly text: string; readonly rows: number }[]): string {
  const counts = new Map<string, number>();
  for (const { text, rows } of values) {
    const unit = anyUnit(text);
    if (unit !== undefined) counts.set(unit, (counts.get(unit) ?? 0) + rows);
  }
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), ["", 0] as const)[0];
}

function anyUnit(text: string): string | undefined {
  for (const spelling of NUMBER_SPELLINGS) {
    const number = readNumber(text, spelling);
    if (number !== undefined) return number.unit;
  }
  return undefined;
}
