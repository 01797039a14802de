type Part = "year" | "month" | "day" | "monthName";

/** What the date in front of a time looks like. */
interface SpellingRule {
  readonly pattern: RegExp;
  /** What the groups of the pattern are. */
  readonly parts: readonly [Part, Part, Part];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const NAME = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";

/** Ways to write dates, by an example: the 31st of January 2026. */
const RULES = {
  "2026-01-31": { pattern: /^(\d{4})-(\d\d?)-(\d\d?)/, parts: ["year", "month", "day"] },
  "2026/01/31": { pattern: /^(\d{4})\/(\d\d?)\/(\d\d?)/, parts: ["year", "month", "day"] },
  "2026.01.31": { pattern: /^(\d{4})\.(\d\d?)\.(\d\d?)/, parts: ["year", "month", "day"] },
  "2026年1月31日": { pattern: /^(\d{4})年(\d\d?)月(\d\d?)日/, parts: ["year", "month", "day"] },
  "31.01.2026": { pattern: /^(\d\d?)\.(\d\d?)\.(\d{4})/, parts: ["day", "month", "year"] },
  "31/01/2026": { pattern: /^(\d\d?)\/(\d\d?)\/(\d{4})/, parts: ["day", "month", "year"] },
  "01/31/2026": { pattern: /^(\d\d?)\/(\d\d?)\/(\d{4})/, parts: ["month", "day", "year"] },
  "31-01-2026": { pattern: /^(\d\d?)-(\d\d?)-(\d{4})/, parts: ["day", "month", "year"] },
  "01-31-2026": { pattern: /^(\d\d?)-(\d\d?)-(\d{4})/, parts: ["month", "day", "year"] },
  "31 Jan 2026": {
    pattern: new RegExp(`^(\\d\\d?)[ .-]+${NAME}[ ,-]+(\\d{4})`, "i"),
    parts: ["day", "monthName", "year"],
  },
  "Jan 31, 2026": {
    pattern: new RegExp(`^${NAME}[ -]+(\\d\\d?)(?:st|nd|rd|th)?[ ,-]+(\\d{4})`, "i"),
    parts: ["monthName", "day", "year"],
  },
  "20260131": { pattern: /^(\d{4})(\d\d)(\d\d)(?!\d)/, parts: ["year", "month", "day"] },
} as const satisfies Record<string, SpellingRule>;

export type DateSpelling = keyof typeof RULES;
export const DATE_SPELLINGS = Object.keys(RULES) as readonly DateSpelling[];

/** The time behind a date, and its zone. */
const TIME =
  /^(?:[T ,]+(\d\d?)(?:[:时](\d\d)(?:[:分](\d\d)(?:[.,](\d{1,9}))?秒?|分)?)(?: ?([ap])\.?m\.?)?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i;

const MINUTE = 60_000;
/** Milliseconds that a date of JavaScript may lie before or behind 1970. */
const FARTHEST = 8.64e15;

/**
 * Reads a date as a spelling writes it, with or without a time behind it. Without a zone it is UTC.
 *
 * @returns Milliseconds since 1970, UTC; `undefined` for what is no date in that spelling, such as the 30th
 *   of February.
 */
export function readDate(text: string, spelling: DateSpelling): number | undefined {
  const { pattern, parts }: SpellingRule = RULES[spelling];
  const trimmed = text.trim();
  const found = pattern.exec(trimmed);
  if (found === null) return undefined;
  const numbers: Record<string, number> = {};
  for (const [i, part] of parts.entries()) {
    const value = found[i + 1]!;
    if (part === "monthName") numbers.month = MONTHS.indexOf(value.toLowerCase()) + 1;
    else numbers[part] = Number(value);
  }
  const time = timeOfDay(trimmed.slice(found[0].length));
  const { year = 0, month = 0, day = 0 } = numbers;
  const date = dayOf(year, month, day);
  if (time === undefined || date === undefined) return undefined;
  const value = date + time;
  return Math.abs(value) <= FARTHEST ? value : undefined;
}

function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  // `Date.UTC` takes the years 0 to 99 for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function timeOfDay(text: string): number | undefined {
  const found = TIME.exec(text);
  if (found === null) return undefined;
  const [, hours, minutes = "0", seconds = "0", fraction = "0", half, zone = "Z"] = found;
  if (hours === undefined) return 0;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59 || (half !== undefined && Number(hours) > 12))
    return undefined;
  const milliseconds = Math.trunc(Number(`0.${fraction}`) * 1000 + 1e-6);
  return ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + milliseconds - offset(zone) * MINUTE;
}

/** Minutes by which a zone is ahead of UTC. */
function offset(zone: string): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  return found[1] === "-" ? -minutes : minutes;
}
