import { z } from "zod";

/** Units of time in which rows of a series may be apart. */
export const TIME_UNITS = [
  "second",
  "minute",
  "hour",
  "day",
  "business-day",
  "week",
  "month",
  "quarter",
  "year",
] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

const STEPS = `(?:[1-9]\\d{0,3} )?(?:${TIME_UNITS.join("|")})s?`;
const RULE = 'must say how far rows are apart, such as day, week, month or "15 minutes"';

const is = (form: string) => (text: string) => new RegExp(`^${form}$`).test(text);

/** How far rows of a series are apart: `day`, `15 minutes`. */
export const frequency = z.string().refine(is(STEPS), { error: RULE });

/** The same in a recipe, where it may be left to the times. */
export const frequencyOrAuto = z.string().refine(is(`(?:auto|${STEPS})`), { error: RULE });
