import type { Recogniser } from "../recogniser.ts";

/** Country codes of ITU-T E.164. */
const COUNTRY =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|21[1-368]|2[2346]\d|25[0-8]|29[01789]|3[578]\d|42[013]|50\d|59\d|6[789]\d|80[08]|85[02356]|88[0-368]|96\d|97[0-79]|99[2-68])/;

function digitsOf(found: string): string {
  return found.replaceAll(/\D/g, "");
}

function isInternational(found: string): boolean {
  const digits = digitsOf(found.replace(/^00/, ""));
  return digits.length >= 8 && digits.length <= 15 && COUNTRY.test(digits) && isSomebodys(digits);
}

/** Not one digit again and again. */
function isSomebodys(digits: string): boolean {
  return new Set(digits).size > 2;
}

/** Numbers of other things that are grouped alike: dates, times, addresses of hosts, spans of years. */
const OTHER =
  /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d|(?:\d{1,3}\.){3}\d{1,3})(?:\D|$)|^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])/;
const EXTENSION = "(?:,? ?(?:x|ext\\.?|extension|转|分机) ?\\d{1,6})?";
const MOBILE_CN = "1(?:3\\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\\d|9[0-35-9])";

/** Phone numbers: international with a plus, Chinese, North American; others where a word says that one follows. */
export const PHONE: Recogniser = {
  needs: /\d(?:[ .\-()/–]{0,3}\d){6}/,
  patterns: [
    {
      regex: new RegExp(
        `(?<![\\w+])[+＋] ?\\d{1,3}(?:[ .\\-–/]?\\(\\d{1,4}\\))?(?:[ .\\-–/]{0,2}\\d){4,13}(?!\\d|[.,]\\d)${EXTENSION}`,
        "g",
      ),
      score: 0.75,
      check: (found) => isInternational(found.replace(/[a-z转分].*$/i, "")),
    },
    {
      regex: new RegExp(`(?<![\\w.+-])00[1-9]\\d{0,2}(?:[ .\\-/]{0,2}\\d){6,12}(?![\\w-])${EXTENSION}`, "g"),
      score: 0.45,
      check: isInternational,
    },
    {
      regex: new RegExp(
        `(?<![A-Za-z\\d._+-])(?:\\(?86\\)?[- ]?)?${MOBILE_CN}(?:[- ]?\\d{4}){2}(?![A-Za-z\\d_-]|\\.\\d)`,
        "g",
      ),
      score: 0.6,
      check: (found) => isSomebodys(digitsOf(found)),
    },
    {
      regex: new RegExp(
        `(?<![A-Za-z\\d._+-])(?:[(（]0(?:10|2\\d|[3-9]\\d\\d)[)）][- ]?|0(?:10|2\\d|[3-9]\\d\\d)[- ])[2-9]\\d{2,3}[- ]?\\d{4}(?![A-Za-z\\d_-]|\\.\\d)${EXTENSION}`,
        "g",
      ),
      score: 0.55,
    },
    {
      regex:
        /(?<![A-Za-z\d._+-])[48]00[- ]\d{3}[- ]\d{4}(?![\w-])|(?<![A-Za-z\d._+-])[48]00[- ]\d{4}[- ]\d{3}(?![\w-])/g,
      score: 0.5,
    },
    {
      regex: new RegExp(
        `(?<![\\w.+-])(?:1[-. ])?(?:\\([2-9]\\d{2}\\) ?|[2-9]\\d{2}[-.])[2-9]\\d{2}[-. ]\\d{4}(?![\\w-]|\\.\\d)${EXTENSION}`,
        "g",
      ),
      score: 0.6,
    },
    {
      regex: new RegExp(
        `(?<![\\w.+$€£¥-])(?:\\(\\d{2,5}\\) ?)?\\d(?:[ .\\-/]?\\d){5,13}(?![\\w-]|[.,/]\\d)${EXTENSION}`,
        "g",
      ),
      score: 0.2,
      check: (found) => digitsOf(found).length >= 7 && !OTHER.test(found) && isSomebodys(digitsOf(found)),
    },
  ],
  context:
    /\bphone|\btel\b|telephone|mobile|\bcell\b|whats ?app|\bfax|\bdial|\bcall(?:ed|ing)? (?:me|us|him|her|them|back|on|at)\b|\breach (?:me|us|him|her|them)|\bring (?:me|us)|hotline|\bsms\b|\btext (?:me|us|him|her)|telefon|电话|手机|致电|拨打|联系方式|联系我|传真|热线|座机|短信/i,
  against:
    /order|tracking|parcel|shipment|invoice|serial|\bsku\b|\bpart\b|model|\bitem|ticket|case (?:no|number|id)|account|batch|timestamp|\bisbn|\bissn|\bid\b|id:|订单|运单|单号|流水|快递|编号|序列|批次|型号|时间戳|账号|工号|学号/i,
};
