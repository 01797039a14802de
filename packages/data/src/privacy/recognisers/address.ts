import type { Recogniser, Stretch } from "../recogniser.ts";

const WORD = "(?:\\p{Lu}[\\p{L}'’.-]*|\\d{1,3}(?:st|nd|rd|th))";
const SUFFIX =
  "(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Row|Walk|Gardens|Mews|Hill|Circle|Trail|Alley|Parade|Quay|Grove|Embankment|Wharf|Esplanade)";
const UNIT = "(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|#)\\.? ?#?[A-Z]?\\d*[A-Z]?)";
const CITY = "(?:, \\p{Lu}[\\p{L}'’.-]+(?: \\p{Lu}[\\p{L}'’.-]+){0,2}(?![\\p{L}]))";
const CODE =
  "(?:,? (?:[A-Z]{2} )?\\d{5}(?:-\\d{4})?(?!\\d)|,? [A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}(?![A-Z])|, [A-Z]{2}(?![\\p{L}]))";
const CODE_CITY = "(?:,? (?:[A-Z]-)?\\d{4,5} \\p{Lu}\\p{L}+(?:[ -](?:am|an der|a\\.|sur|lès)? ?\\p{Lu}\\p{L}+)?)";

/** Parts of a Chinese address before the road, and what of a number may follow it. */
const AREA = "(?:[\\p{Script=Han}]{2,9}?(?:省|自治区|特别行政区|市|区|县|镇|乡|街道|新村|小区))";
const ROAD = "[\\p{Script=Han}\\d]{1,9}?(?:大道|大街|路|街|巷|弄|胡同|村|里|道)";
const NUMBER = "(?:[东南西北中](?:路|街|段))?\\d{1,5}(?:-\\d{1,4})?(?:号院?|弄|巷)";
const INSIDE =
  "(?:[\\p{Script=Han}A-Za-z]{0,8}(?:[\\dA-Z一二三四五六七八九十]{1,4}(?:号楼|栋|幢|座|单元|层|楼|室|号|户)))";

/** Words that lead to an address and are none of it. */
const LEAD =
  /^.*(?:地址|住址|住在|家住|寄到|寄往|送到|送至|位于|搬到|搬至|来到|寄给|快递到|居住|[在到是为住至往从给])/u;
const FIRST_AREA = /[省市区县镇]|自治区/u;

/** Without what leads to it, and with the area or road that is left. */
function behindLead(found: string): Stretch | undefined {
  const area = FIRST_AREA.exec(found)?.index ?? found.search(/[路街巷弄道村]/u);
  const start = LEAD.exec(found.slice(0, area))?.[0].length ?? 0;
  return found.length - start < 5 ? undefined : { start, end: found.length };
}

/** Postal addresses with street and number, in the order of English, German, French, Spanish and Chinese. */
export const ADDRESS: Recogniser = {
  needs: /\d/,
  patterns: [
    {
      regex: new RegExp(
        `(?<![\\p{L}\\d$€£.,-])\\d{1,5}[A-Za-z]?(?:-\\d{1,4})?,? (?:${WORD} ){1,4}?${SUFFIX}(?!\\p{L})\\.?${UNIT}?(?:${CITY}${CODE}?|${CODE})?${CODE}?`,
        "gu",
      ),
      score: 0.75,
    },
    { regex: /(?<![\p{L}\d])P\. ?O\. Box \d{1,6}|(?<![\p{L}\d])(?:PO|P\.O\.) [Bb]ox \d{1,6}/gu, score: 0.75 },
    {
      regex: new RegExp(
        `(?<!\\p{L})\\p{Lu}[\\p{L}-]*(?:(?:[- ]\\p{Lu}[\\p{L}]*)?[- ])?(?:straße|strasse|str\\.|Straße|Strasse|Str\\.|weg|Weg|platz|Platz|allee|Allee|gasse|Gasse|ufer|damm) \\d{1,4} ?[a-z]?(?![\\p{L}\\d])${CODE_CITY}?`,
        "gu",
      ),
      score: 0.75,
    },
    {
      regex: new RegExp(
        `(?<![\\p{L}\\d])\\d{1,4}(?: ?(?:bis|ter))?,? (?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]hemin|[Aa]llée|[Qq]uai|[Ii]mpasse) (?:(?:de la|de l['’]|des|du|de|d['’]) ?)?\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}[\\p{L}'’-]+){0,2}${CODE_CITY}?`,
        "gu",
      ),
      score: 0.75,
    },
    {
      regex: new RegExp(
        `(?<!\\p{L})(?:Calle|Avenida|Avda\\.|Plaza|Paseo|Via|Viale|Piazza|Corso) (?:(?:de la|de los|del|de) )?\\p{Lu}[\\p{L}'’-]+(?: \\p{Lu}[\\p{L}'’-]+){0,2},? (?:n\\.?º ?)?\\d{1,4}(?!\\d)${CODE_CITY}?`,
        "gu",
      ),
      score: 0.7,
    },
    {
      regex: new RegExp(`${AREA}{0,5}${ROAD}${NUMBER}${INSIDE}{0,4}`, "gu"),
      score: 0.75,
      narrow: behindLead,
    },
    {
      regex: new RegExp(`${AREA}{1,5}[\\p{Script=Han}]{0,8}?${INSIDE}{1,4}`, "gu"),
      score: 0.6,
      narrow: behindLead,
    },
  ],
};
