import type { Recogniser } from "../recogniser.ts";
import { isDay, residentIdCheck } from "./checksums.ts";

/** Provinces and the like of GB/T 2260. */
const PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])";

/** Chinese resident ids (GB 11643): 18 characters by province, date of birth and check; 15 digits, of before 1999, only where something says so. */
export const RESIDENT_ID: Recogniser = {
  needs: /\d{15}/,
  patterns: [
    {
      regex: new RegExp(`(?<![\\dA-Za-z])${PROVINCE}\\d{4}(?:18|19|20)\\d{9}[\\dXx](?![\\dA-Za-z])`, "g"),
      score: 0.95,
      check: (found) => isDay(found.slice(6, 14)) && residentIdCheck(found) === found[17]!.toUpperCase(),
    },
    {
      regex: new RegExp(`(?<![\\dA-Za-z])${PROVINCE}\\d{13}(?![\\dA-Za-z])`, "g"),
      score: 0.3,
      check: (found) => isDay(`19${found.slice(6, 12)}`),
    },
  ],
  context: /身份证|证件号|resident id|\bid (?:card|number|no)/i,
};

/** Numbers of passports: their forms are those of many numbers, so a word about a passport must stand near. */
export const PASSPORT: Recogniser = {
  needs: /passport|护照|通行证|travel document/i,
  patterns: [
    { regex: /(?<![A-Za-z\d-])(?:[A-Z]{1,2}\d{6,8}|[A-Z]\d[A-Z\d]{7}|[A-Z]{2}\d{7})(?![A-Za-z\d-])/g, score: 0.25 },
    {
      regex: /(?<![A-Za-z\d-])[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ\d]{7}\d(?![A-Za-z\d-])/g,
      score: 0.25,
      check: (found) => /\d.*\d/.test(found),
    },
    { regex: /(?<![A-Za-z\d.-]|[$€£¥] ?)\d{8,9}(?![A-Za-z\d-]|[.,]\d)/g, score: 0.2 },
  ],
  context: /passport|护照|通行证|travel document/i,
  against: /order|invoice|ticket|tracking|reference|\bref\b|cost|price|\bfee\b|订单|单号|参考号|费用/i,
};

/** Numbers that were printed in advertisements and belong to nobody. */
const NOBODYS = ["078051120", "219099999", "123456789"];

/** Numbers of the social security of the United States, by the ranges that are given out (SSA, since 2011). */
export const SSN: Recogniser = {
  needs: /\d{3}[- ]?\d{2}[- ]?\d{4}/,
  patterns: [
    { regex: /(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])/g, score: 0.6, check: isGivenOut },
    { regex: /(?<![\w-]|\d )(?!000|666|9)\d{3} (?!00)\d\d (?!0000)\d{4}(?![\w-]| \d)/g, score: 0.3, check: isGivenOut },
    { regex: /(?<![\w.-])(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}(?![\w-]|\.\d)/g, score: 0.2, check: isGivenOut },
  ],
  context: /\bssns?\b|\bss#|social security|社会安全|社保号/i,
  against: /order|part|model|sku|serial|ticket|case|invoice|item|catalog|product|订单|型号|编号|零件/i,
};

function isGivenOut(found: string): boolean {
  return !NOBODYS.includes(found.replaceAll(/\D/g, ""));
}
