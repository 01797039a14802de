import type { PersonalDataKind } from "@modelwright/contracts";
import type { DrawnCharacters } from "./drawn-characters.ts";
import { ibanRemainder, luhnDigit, residentIdCheck } from "./recognisers/checksums.ts";

type MakeSurrogate = (found: string, drawn: DrawnCharacters) => string;

/** Names that RFC 2606 keeps for examples: mail to them reaches nobody. */
const DOMAINS = ["example.com", "example.org", "example.net"];
const GIVEN_NAMES = [
  "Alex",
  "Casey",
  "Drew",
  "Jamie",
  "Jordan",
  "Kim",
  "Lee",
  "Morgan",
  "Robin",
  "Sam",
  "Taylor",
  "Toni",
];
const FAMILY_NAMES = [
  "Ashford",
  "Brook",
  "Carver",
  "Dale",
  "Ellwood",
  "Fenn",
  "Garner",
  "Holt",
  "Lindner",
  "Marsh",
  "Norden",
  "Reeve",
];
const TREES = ["Oak", "Maple", "Cedar", "Birch", "Elm", "Willow", "Linden", "Alder", "Hazel", "Rowan"];
const CHINESE_FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙";
const CHINESE_GIVEN = "安平文清林雨晨宁静远达明";
/** Words and characters of an address that say what kind of place it is. */
const KINDS_OF_PLACE =
  /^(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Row|Walk|Gardens|Mews|Hill|Circle|Trail|Alley|Parade|Quay|Grove|Embankment|Wharf|Esplanade|Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Box|Calle|Avenida|Plaza|Paseo|Via|Viale|Piazza|Corso|Straße|Strasse|Weg|Platz|Allee|Gasse|[A-Z]{1,2})$/;
const HAN_KEPT = "省市区县镇乡村路街道巷弄号楼栋幢座单元层室户院段大里东南西北中自治";

/** Digits in the places of digits. */
function withDigits(text: string, digits: string): string {
  let next = 0;
  return text.replaceAll(/\d/g, () => digits[next++]!);
}

/** How a kind gets another value of the same form, which passes the checks of its kind. */
export const SURROGATES: { readonly [Kind in PersonalDataKind]: MakeSurrogate } = {
  email: (found, drawn) => {
    const local = found.split(/@| ?[[(] ?at/i)[0]!;
    return `${drawn.alike(local.normalize("NFKD").replaceAll(/[^\w.+-]/g, "x"))}@${drawn.one(DOMAINS)}`;
  },
  // The first digits are those of a country, a network or an area, which say how long the rest is.
  phone: (found, drawn) => {
    const digits = found.replaceAll(/\D/g, "");
    const kept = Math.min(/^(?:[+＋]|\(?86|00)/.test(found) ? 5 : 3, digits.length - 4);
    const rest = drawn.digits(digits.length - kept - 1);
    return withDigits(found, `${digits.slice(0, kept)}${2 + drawn.below(8)}${rest}`);
  },
  card: (found, drawn) => {
    const digits = found.replaceAll(/\D/g, "");
    const body = `${digits.slice(0, 6)}${drawn.digits(digits.length - 7)}`;
    return withDigits(found, `${body}${luhnDigit(body)}`);
  },
  iban: (found, drawn) => {
    const [country, rest] = [found.slice(0, 2), drawn.alike(found.slice(4))];
    const zero = `${country}00${rest}`.replaceAll(/[ -]/g, "").toUpperCase();
    return `${country}${String(98 - ibanRemainder(zero)).padStart(2, "0")}${rest}`;
  },
  // 10.0.0.0/8 is for private networks (RFC 1918), 2001:db8::/32 for examples (RFC 3849).
  ip: (found, drawn) =>
    found.includes(":")
      ? `2001:db8:${Array.from({ length: 6 }, () => (4096 + drawn.below(61440)).toString(16)).join(":")}`
      : `10.${drawn.below(256)}.${drawn.below(256)}.${1 + drawn.below(254)}`,
  // The second lowest bit of the first byte: given by hand, by no maker.
  mac: (found, drawn) => {
    const hex = `02${Array.from({ length: 10 }, () => drawn.one("0123456789abcdef")).join("")}`;
    const cased = /[A-F]/.test(found) ? hex.toUpperCase() : hex;
    let next = 0;
    return found.replaceAll(/[\da-f]/gi, () => cased[next++]!);
  },
  url: (found, drawn) => {
    const [, scheme = "", host = "", rest = ""] = /^([a-z]+:\/\/)?([^/?#]*)(.*)$/is.exec(found) ?? [];
    const [www, path] = [/^www\./i.test(host) ? "www." : "", rest === "" && scheme === "" ? "" : drawn.alike(rest)];
    return `${scheme}${www}${drawn.one(DOMAINS)}${path}`;
  },
  "resident-id": (found, drawn) => {
    const month = String(1 + drawn.below(12)).padStart(2, "0");
    const day = String(1 + drawn.below(28)).padStart(2, "0");
    const [area, born] = [`${found.slice(0, 2)}${drawn.digits(4)}`, `${50 + drawn.below(50)}${month}${day}`];
    if (found.length === 15) return `${area}${born}${drawn.digits(3)}`;
    const body = `${area}19${born}${drawn.digits(3)}`;
    return `${body}${residentIdCheck(body)}`;
  },
  passport: (found, drawn) => `${found[0]}${drawn.alike(found.slice(1))}`,
  ssn: (found, drawn) => {
    const area = 100 + drawn.below(500);
    return withDigits(found, `${area}${10 + drawn.below(90)}${1000 + drawn.below(9000)}`);
  },
  name: (found, drawn) => {
    if (/\p{Script=Han}/u.test(found)) {
      const given = Array.from({ length: Math.max(0, [...found].length - 1) }, () => drawn.one(CHINESE_GIVEN));
      return `${drawn.one(CHINESE_FAMILY_NAMES)}${given.join("")}`;
    }
    const words = found.split(" ");
    return words.map((_, i) => drawn.one(words.length > 1 && i === 0 ? GIVEN_NAMES : FAMILY_NAMES)).join(" ");
  },
  address: (found, drawn) =>
    found
      .replaceAll(/\d+/g, (number) => `${1 + drawn.below(9)}${drawn.digits(number.length - 1)}`)
      .replaceAll(/\p{Script=Han}/gu, (han) => (HAN_KEPT.includes(han) ? han : drawn.one(CHINESE_GIVEN)))
      .replaceAll(/\p{Lu}\p{Ll}+/gu, (word) => (KINDS_OF_PLACE.test(word) ? word : drawn.one(TREES))),
};
