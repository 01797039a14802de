import { expect, test } from "vitest";
import { sampleDates } from "./sample-dates.ts";

/** How each of the five forms looks. */
const FORMS = [/^\d+ [A-Z]/, /^[A-Z]\w+ \d+, /, /^[A-Z]\w\w \d+[a-z]+ /, /^the /, /^\d+\.\d+\./];

const rows = [...sampleDates().matchAll(/^"(.+)",(\d{4})-(\d{2})-(\d{2})$/gm)].map(([, source, ...date]) => ({
  form: FORMS.findIndex((form) => form.test(source!)),
  date: date as [string, string, string],
}));

test.each([
  ["year", 0, 40],
  ["month", 1, 12],
  ["day", 2, 28],
] as const)("dates of every form go through every %s", (_, part, many) => {
  expect(rows).toHaveLength(1200);
  for (const form of FORMS.keys()) {
    const seen = new Set(rows.filter((row) => row.form === form).map(({ date }) => date[part]));
    expect(seen.size, `form ${form}`).toBe(many);
  }
});
