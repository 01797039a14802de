/** Days before 1970 of the date systems that spreadsheets count in: day 0 of each. */
const DAY_ZERO = { from1900: 25_569, from1904: 24_107 } as const;
/** Excel counts a 29 February 1900, which there was not. */
const FIRST_AFTER_LEAP_DAY = 61;
const DAY = 86_400_000;
const ELAPSED = /\[(?:h+|m+|s+)\]/i;
const HAS_DATE = /[yd]/i;
/** What a format says beside its fields: literal text, colours and conditions. */
const LITERALS = /"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi;

/**
 * The ISO 8601 text of a date or time that a spreadsheet counts in days: a date, a date with a time, or a time alone,
 * by its format; of elapsed time (`[h]:mm`) hours, minutes and seconds.
 *
 * @see ECMA-376, part 1, 18.17.4 "Dates and times".
 */
export function serialDate(
  serial: number,
  { format, from1904 }: { readonly format: string; readonly from1904: boolean },
): string {
  const plain = format.replaceAll(LITERALS, "");
  if (ELAPSED.test(plain)) return clock(serial * DAY);
  if (!HAS_DATE.test(plain)) return clock((serial % 1) * DAY);
  const shift = !from1904 && serial < FIRST_AFTER_LEAP_DAY ? 1 : 0;
  const days = serial + shift - (from1904 ? DAY_ZERO.from1904 : DAY_ZERO.from1900);
  const iso = new Date(Math.round(days * DAY)).toISOString();
  const [date, time] = [iso.slice(0, 10), iso.slice(11, -1).replace(/\.000$/, "")];
  return time === "00:00:00" ? date : `${date}T${time}`;
}

/** Hours may be more than 24. */
function clock(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${milliseconds < 0 ? "-" : ""}${parts.map((part) => String(part).padStart(2, "0")).join(":")}`;
}
