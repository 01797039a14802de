import type { Recogniser, Stretch } from "../recogniser.ts";
import { ibanRemainder, passesLuhn } from "./checksums.ts";

/** First digits and lengths by which networks of cards are told (ISO/IEC 7812-1). */
const NETWORKS: readonly { readonly first: RegExp; readonly lengths: readonly number[] }[] = [
  { first: /^4/, lengths: [13, 16, 19] },
  { first: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { first: /^3[47]/, lengths: [15] },
  { first: /^(?:6011|64[4-9]|65)/, lengths: [16, 19] },
  { first: /^62/, lengths: [16, 17, 18, 19] },
  { first: /^35(?:2[89]|[3-8])/, lengths: [16, 19] },
  { first: /^3(?:0[0-5]|[689])/, lengths: [14, 16, 19] },
  { first: /^(?:50|5[6-8]|6[37])/, lengths: [16, 18, 19] },
];

/** Groups in which cards are printed; one that is printed otherwise is some other number. */
const GROUPS = /^(?:\d+|\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{6}[ -]\d{13})$/;

function isCard(found: string): boolean {
  const digits = found.replaceAll(/\D/g, "");
  const isOfNetwork = NETWORKS.some(({ first, lengths }) => first.test(digits) && lengths.includes(digits.length));
  return isOfNetwork && GROUPS.test(found) && passesLuhn(digits);
}

/** Numbers of payment cards, by network, grouping and Luhn's check digit. */
export const CARD: Recogniser = {
  needs: /\d(?:[ -]?\d){12}/,
  patterns: [{ regex: /(?<![\w.-]|\d )\d(?:[ -]?\d){12,18}(?![\w-]|[. ]\d)/g, score: 0.7, check: isCard }],
  context:
    /card|visa|master|amex|credit|debit|payment|paid|pay\b|charge|cvv|expir|银行卡|信用卡|储蓄卡|借记卡|卡号|付款|刷卡/i,
  against:
    /order|tracking|parcel|shipment|invoice|serial|imei|\bisbn|\bid\b|ticket|batch|订单|运单|单号|流水|快递|编号|序列|批次/i,
};

/** Length of the IBAN of each country (registry of ISO 13616). */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 " +
    "FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 " +
    "LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 " +
    "SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** As many letters and digits as the country's IBAN has, where they pass their check digits. */
function ibanIn(found: string): Stretch | undefined {
  const length = IBAN_LENGTHS.get(found.slice(0, 2).toUpperCase());
  if (length === undefined) return undefined;
  let [count, end] = [0, 0];
  while (end < found.length && count < length) if (/[a-z\d]/i.test(found[end++]!)) count += 1;
  const isCut = /[a-z\d]/i.test(found[end] ?? "");
  const iban = found.slice(0, end).replaceAll(/[ -]/g, "").toUpperCase();
  return count < length || isCut || ibanRemainder(iban) !== 1 ? undefined : { start: 0, end };
}

/** International numbers of bank accounts, by country, length and the two check digits. */
export const IBAN: Recogniser = {
  needs: /[a-z]{2}\d\d/i,
  patterns: [{ regex: /(?<![a-z\d])[a-z]{2}\d\d(?:[ -]?[a-z\d]){11,36}/gi, score: 0.95, narrow: ibanIn }],
};
