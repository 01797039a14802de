import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPersonalData } from "./find-personal-data.ts";
import { ibanRemainder, passesLuhn, residentIdCheck } from "./recognisers/checksums.ts";

/** What is found, as `kind: text`. */
function found(text: string): string[] {
  return findPersonalData(text).map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);
}

describe("check digits", () => {
  // Numbers that the makers of the standards and networks print as examples.
  test.each(["4111111111111111", "378282246310005", "5555555555554444", "6011111111111117", "79927398713"])(
    "passes %s by Luhn's rule, and no number with another last digit",
    (number) => {
      const body = number.slice(0, -1);
      const right = Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).filter(passesLuhn);
      expect(right).toEqual([number]);
    },
  );

  test.each(["DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NO9386011117947"])(
    "passes the IBAN %s, and none with two characters swapped",
    (iban) => {
      expect(ibanRemainder(iban)).toBe(1);
      const swapped = `${iban.slice(0, 6)}${iban[7]}${iban[6]}${iban.slice(8)}`;
      if (swapped !== iban) expect(ibanRemainder(swapped)).not.toBe(1);
    },
  );

  // The example of GB 11643-1999.
  test("gives the resident ids of GB 11643 their check character", () => {
    expect(residentIdCheck("11010519491231002")).toBe("X");
    expect(residentIdCheck("44052418800101001")).toBe("4");
  });
});

test.each([
  ["Mail anna@example.com.", ["email: anna@example.com"]],
  ["图标 icon@2x.png 与 lodash@4.17.21", []],
  ["(see https://example.org/a_(b)).", ["url: https://example.org/a_(b)"]],
  ["card 4111 1111 1111 1111 or 4111 1111 1111 1112", ["card: 4111 1111 1111 1111"]],
  ["Pay DE89 3704 0044 0532 0130 00 AT ONCE", ["iban: DE89 3704 0044 0532 0130 00"]],
  ["身份证11010519491231002X，不是110105194912310021", ["resident-id: 11010519491231002X"]],
  ["from 192.168.7.14, firmware 1.2.3.4", ["ip: 192.168.7.14"]],
  ["host 2001:db8:0:1::1f at 12:30:45", ["ip: 2001:db8:0:1::1f"]],
  ["MAC 00:1b:44:11:3a:b7", ["mac: 00:1b:44:11:3a:b7"]],
  ["my phone: 030 1234567", ["phone: 030 1234567"]],
  ["order no. 1234567890, 2024-11-23, $1,234,567.00", []],
])("finds in %j %j", (text, expected) => {
  expect(found(text)).toEqual(expected);
});

test("needs a word about it for what looks like any number", () => {
  expect(found("passport C01X00T47")).toEqual(["passport: C01X00T47"]);
  expect(found("part C01X00T47")).toEqual([]);
  const [plain, told] = ["123-45-6780", "SSN 123-45-6780"].map((text) => findPersonalData(text)[0]!.score);
  expect(told).toBeGreaterThan(plain!);
});

test("finds only the kinds that are asked for", () => {
  expect(findPersonalData("anna@example.com, https://example.com", ["url"]).map(({ kind }) => kind)).toEqual(["url"]);
});

test("finds stretches of the text in their order, none over another, whatever the text", () => {
  const bits = fc.constantFrom(
    "anna@example.com",
    "+49 30 1234567",
    " ",
    "，",
    "1",
    "Mr. Ann Lee",
    "王先生",
    "/",
    "北京市",
    "路8号",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(bits, fc.string({ unit: "grapheme" }))), (parts) => {
      const text = parts.join("");
      let last = 0;
      for (const { start, end, score } of findPersonalData(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(score).toBeLessThanOrEqual(1);
        last = end;
      }
    }),
    { numRuns: 200 },
  );
});

test("takes time in proportion to the text", () => {
  for (const unit of ["1", "a", "A ", "Ab ", "1-", "路", "市", "a.", "ab:", "王", "1 Oak "]) {
    const begun = performance.now();
    findPersonalData(unit.repeat(10_000));
    expect(performance.now() - begun, unit).toBeLessThan(3000);
  }
});
