import { PERSONAL_DATA_KINDS, type PersonalDataKind, type PersonalDataSettings } from "@modelwright/contracts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findPersonalData } from "./find-personal-data.ts";
import { personalDataTreater } from "./treat-text.ts";

const SETTINGS: PersonalDataSettings = { treatment: "mask", keep: [], replacement: "***", salt: "PII_TEST_SALT" };

function treated(text: string, settings: Partial<PersonalDataSettings>): string {
  return personalDataTreater({ ...SETTINGS, ...settings }).treat(text).text;
}

beforeEach(() => vi.stubEnv("PII_TEST_SALT", "a long and secret salt"));
afterEach(() => vi.unstubAllEnvs());

/** Some of each kind, in a sentence about it. */
const EXAMPLES: { readonly [Kind in PersonalDataKind]: readonly (readonly [before: string, found: string])[] } = {
  email: [["mail ", "Anna.Meyer-7@mail.example.de"]],
  phone: [
    ["phone ", "+49 30 1234567"],
    ["phone ", "(415) 555-0132"],
    ["手机 ", "138 1234 5678"],
    ["手机 ", "86-13812345678"],
    ["电话 ", "010-62345678"],
  ],
  card: [
    ["card ", "4111 1111 1111 1111"],
    ["card ", "378282246310005"],
  ],
  iban: [
    ["to ", "DE89 3704 0044 0532 0130 00"],
    ["to ", "GB29NWBK60161331926819"],
  ],
  ip: [
    ["from ", "192.168.7.14"],
    ["from ", "2001:db8:0:1::1f"],
  ],
  mac: [
    ["MAC ", "00:1B:44:11:3A:B7"],
    ["MAC ", "001b.4411.3ab7"],
  ],
  url: [
    ["see ", "https://shop.example.de/u/anna7?x=1"],
    ["see ", "www.example.de"],
  ],
  "resident-id": [
    ["身份证 ", "11010519491231002X"],
    ["身份证 ", "110105491231002"],
  ],
  passport: [["passport ", "E12345678"]],
  ssn: [["SSN ", "123-45-6780"]],
  name: [
    ["My name is ", "Anna Keller"],
    ["我叫", "王小明"],
  ],
  address: [
    ["at ", "12 Oak Street, Springfield, IL 62704"],
    ["住在", "北京市朝阳区建国路88号3栋1202室"],
  ],
};

describe.each(PERSONAL_DATA_KINDS.flatMap((kind) => EXAMPLES[kind].map((example) => [kind, ...example] as const)))(
  "%s: %s%s",
  (kind, before, found) => {
    const text = `${before}${found}, 7`;

    test("is masked, replaced and left", () => {
      expect(treated(text, {})).toBe(`${before}[${kind.toUpperCase().replace("-", "_")}], 7`);
      expect(treated(text, { treatment: "replace", replacement: "…" })).toBe(`${before}…, 7`);
      expect(treated(text, { keep: [kind] })).toBe(text);
      expect(treated(text, { treatment: "drop" })).toBe(text);
    });

    test("has a hash that its salt decides", () => {
      const hash = treated(text, { treatment: "hash" });
      expect(hash).toMatch(/\[[A-Z_]+:[0-9a-f]{16}\], 7$/);
      expect(treated(text, { treatment: "hash" })).toBe(hash);
      vi.stubEnv("PII_TEST_SALT", "another salt");
      expect(treated(text, { treatment: "hash" })).not.toBe(hash);
    });

    test("has surrogates that are found as the same kind, whatever the salt", () => {
      for (let salt = 0; salt < 20; salt++) {
        vi.stubEnv("PII_TEST_SALT", `salt ${salt}`);
        const other = treated(text, { treatment: "surrogate" });
        expect(treated(text, { treatment: "surrogate" })).toBe(other);
        expect(other).not.toBe(text);
        expect(other.startsWith(before) && other.endsWith(", 7")).toBe(true);
        const [match, ...more] = findPersonalData(other);
        expect(match, other).toMatchObject({ kind, start: before.length, end: other.length - 3 });
        expect(more).toEqual([]);
      }
    });
  },
);

test("the same value, grouped otherwise, has the same hash", () => {
  const hash = (text: string) => treated(text, { treatment: "hash" }).replace(/^.*\[/, "");
  expect(hash("card 4111-1111-1111-1111")).toBe(hash("card 4111111111111111"));
  expect(hash("mail ANNA@example.com")).toBe(hash("mail anna@example.com"));
});

test("a salt that the environment lacks is told by its name", () => {
  vi.stubEnv("PII_TEST_SALT", "");
  for (const treatment of ["hash", "surrogate"] as const) {
    expect(() => personalDataTreater({ ...SETTINGS, treatment })).toThrowError(
      expect.objectContaining({
        code: "DATA_VARIABLE_MISSING",
        details: { source: "data.clean.pii.salt", variable: "PII_TEST_SALT" },
      }),
    );
  }
  expect(() => personalDataTreater(SETTINGS)).not.toThrow();
});

test("what is kept is kept whole", () => {
  const text = "see https://example.com/?mail=anna@example.com and anna@example.com";
  expect(treated(text, { keep: ["url"] })).toBe("see https://example.com/?mail=anna@example.com and [EMAIL]");
});

test("a stretch of the text moves with it", () => {
  const text = "mail anna@example.com or call Berlin";
  const { text: now, moved } = personalDataTreater(SETTINGS).treat(text);
  const at = (start: number, end: number) => {
    const stretch = moved({ start, end });
    return now.slice(stretch.start, stretch.end);
  };
  expect(at(text.indexOf("Berlin"), text.length)).toBe("Berlin");
  expect(at(5, 21)).toBe("[EMAIL]");
  expect(at(7, 12)).toBe("[EMAIL]");
  expect(at(0, 8)).toBe("mail [EMAIL]");
  expect(at(10, 24)).toBe("[EMAIL] or");
});
