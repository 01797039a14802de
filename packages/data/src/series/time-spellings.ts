import { DATE_SPELLINGS, type DateSpelling, readDate } from "../frames/date-spellings.ts";
import { dateSpelling } from "../roles/date-columns.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const moment = (year: number, month: number): number | undefined => {
  if (month < 0 || month > 11) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime();
};

/** Times of less than a day, by an example. */
const PERIODS = {
  "2026": (text) => {
    const found = /^(1[5-9]\d\d|20\d\d|21\d\d)(?:年)?$/.exec(text);
    return found === null ? undefined : moment(Number(found[1]), 0);
  },
  "2026-01": (text) => {
    const found = /^(\d{4})(?:[-/.年]|-?M)(\d\d?)月?$/.exec(text);
    return found === null ? undefined : moment(Number(found[1]), Number(found[2]) - 1);
  },
  "Jan 2026": (text) => {
    const found = /^([a-z]{3})[a-z]*\.?[ -](\d{4})$/i.exec(text);
    return found === null ? undefined : moment(Number(found[2]), MONTHS.indexOf(found[1]!.toLowerCase()));
  },
  "2026-Q1": (text) => {
    const found = /^(\d{4})[ -/]?Q([1-4])$/i.exec(text);
    return found === null ? undefined : moment(Number(found[1]), 3 * (Number(found[2]) - 1));
  },
  "seconds since 1970": (text) => (/^\d{9,10}(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : undefined),
  "milliseconds since 1970": (text) => (/^\d{12,13}$/.test(text) ? Number(text) : undefined),
} as const satisfies Readonly<Record<string, (text: string) => number | undefined>>;

type Period = keyof typeof PERIODS;
export type TimeSpelling = DateSpelling | Period;

const PERIOD_NAMES = Object.keys(PERIODS) as readonly Period[];
const ISO: DateSpelling = "2026-01-31";

/**
 * Reads when something was, as a spelling writes it; what is written as ISO 8601 is read too.
 *
 * @param spelling As a manifest names it: one that is not known reads ISO 8601 alone.
 * @returns Milliseconds since 1970, UTC; undefined for what is no time in that spelling.
 */
export function readTime(text: string, spelling: string): number | undefined {
  const trimmed = text.trim();
  const period = PERIOD_NAMES.find((name) => name === spelling);
  const date = DATE_SPELLINGS.find((name) => name === spelling);
  const own = period === undefined ? date && readDate(trimmed, date) : PERIODS[period](trimmed);
  return own ?? readDate(trimmed, ISO) ?? PERIODS["2026-01"](trimmed);
}

/**
 * How most times of a column are written.
 *
 * @returns With another way to read all of them, where it gives other times.
 */
export function timeSpelling(values: readonly string[]): {
  readonly spelling: TimeSpelling;
  readonly doubt?: TimeSpelling;
} {
  const trimmed = values.map((text) => text.trim());
  const fits = (name: Period) => trimmed.filter((text) => PERIODS[name](text) !== undefined).length;
  const period = PERIOD_NAMES.find((name) => 2 * fits(name) > trimmed.length);
  if (period !== undefined) return { spelling: period };
  const { spelling = ISO, doubt } = dateSpelling(trimmed);
  return { spelling, ...(doubt === undefined ? {} : { doubt }) };
}
