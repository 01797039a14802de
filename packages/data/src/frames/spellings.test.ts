import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DATE_SPELLINGS, type DateSpelling, readDate } from "./date-spellings.ts";
import { isMissingWord } from "./missing-words.ts";
import { NUMBER_SPELLINGS, readNumber } from "./number-spellings.ts";

/** Writes hundredths as a spelling's example does. */
function writeNumber(hundredths: number, spelling: string): string {
  const group = spelling.length > 6 ? spelling[1]! : "";
  const whole = String(Math.floor(Math.abs(hundredths) / 100)).replace(/\B(?=(\d{3})+$)/g, group);
  const fraction = String(Math.abs(hundredths) % 100).padStart(2, "0");
  return `${hundredths < 0 ? "-" : ""}${whole}${spelling.at(-2)}${fraction}`;
}

const two = (value: number) => String(value).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Writes a day in place of the 31st of January 2026. */
function writeDate(date: Date, spelling: DateSpelling): string {
  const month = date.getUTCMonth();
  const written: Readonly<Record<string, string>> = {
    "2026": String(date.getUTCFullYear()),
    Jan: MONTHS[month]!,
    "01": two(month + 1),
    "1": String(month + 1),
    "31": two(date.getUTCDate()),
  };
  return spelling.replace(/2026|Jan|31|01|1/g, (part) => written[part]!);
}

describe.each(NUMBER_SPELLINGS)("numbers written as %s", (spelling) => {
  test("are read, with whatever stands beside them", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom("", "$", "€", "%"), (hundredths, unit) => {
        const text = writeNumber(hundredths, spelling);
        expect(readNumber(text + unit, spelling)).toEqual({ value: hundredths / 100, unit });
        expect(readNumber(`${unit} ${text} `, spelling)).toEqual({ value: hundredths / 100, unit });
      }),
    );
  });

  test("have groups of three digits", () => {
    for (const text of ["1,2,3", "12.34.56", "1.23,4", "0,123,456", "1 2", "", ".", ",", "-", "--1", "1e", "$1$", "e5"])
      expect(readNumber(text, spelling), text).toBeUndefined();
  });
});

test.each(DATE_SPELLINGS)("dates written as %s are read", (spelling) => {
  const days = fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(days, (moment) => {
      const date = new Date(Math.floor(moment.getTime() / 86_400_000) * 86_400_000);
      expect(readDate(writeDate(date, spelling), spelling)).toBe(date.getTime());
      expect(readDate(`${writeDate(date, spelling)} 13:05:07.25`, spelling)).toBe(date.getTime() + 47_107_250);
    }),
  );
});

test.each([
  ["2026-02-30", "2026-01-31", undefined],
  ["2024-02-29T00:00:00Z", "2026-01-31", Date.UTC(2024, 1, 29)],
  ["2026-01-31 23:30-0530", "2026-01-31", Date.UTC(2026, 1, 1, 5)],
  ["2026-01-31 12:00 AM", "2026-01-31", Date.UTC(2026, 0, 31)],
  ["2026-01-31 12:00 pm", "2026-01-31", Date.UTC(2026, 0, 31, 12)],
  ["2026-01-31 24:00", "2026-01-31", undefined],
  ["2026-01-31 tomorrow", "2026-01-31", undefined],
  ["31st of January", "31 Jan 2026", undefined],
  ["January 31st, 2026", "Jan 31, 2026", Date.UTC(2026, 0, 31)],
  ["2026年1月31日 9时30分", "2026年1月31日", Date.UTC(2026, 0, 31, 9, 30)],
] as const)("%s as %s", (text, spelling, expected) => {
  expect(readDate(text, spelling)).toBe(expected);
});

test("no text makes reading fail", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const spelling of NUMBER_SPELLINGS) readNumber(text, spelling);
      for (const spelling of DATE_SPELLINGS) readDate(text, spelling);
    }),
  );
});

test.each(["", "NA", "n/a", "None", "NaN", "-", "?", "缺失", "无"])("%j is missing", (text) => {
  expect(isMissingWord(text)).toBe(true);
});

test.each(["0", "no", "nobody", "unknown", "--5", "无线"])("%j is a value", (text) => {
  expect(isMissingWord(text)).toBe(false);
});
