import { DATE_SPELLINGS, type DateSpelling, readDate } from "../frames/date-spellings.ts";

/** Values by which the spelling of a column is told. */
const LOOKED_AT = 2000;

/** How most values of a column write a date, and another way to read all of these, where it gives other dates. */
export interface DateColumn {
  readonly spelling: DateSpelling | undefined;
  readonly doubt: DateSpelling | undefined;
}

/** @param values Cells that are not empty; plain numbers are no dates, but for 20260131. */
export function dateSpelling(values: readonly string[]): DateColumn {
  const stride = Math.ceil(values.length / LOOKED_AT);
  const some = values.filter((_, place) => place % stride === 0);
  const counts = DATE_SPELLINGS.map((spelling) => some.filter((text) => readDate(text, spelling) !== undefined).length);
  const most = Math.max(0, ...counts);
  if (2 * most <= some.length) return { spelling: undefined, doubt: undefined };
  const [spelling, ...others] = DATE_SPELLINGS.filter((_, i) => counts[i] === most);
  const doubt = others.find((other) => some.some((text) => readDate(text, other) !== readDate(text, spelling!)));
  return { spelling, doubt };
}
