import { isIPv6 } from "node:net";
import type { Recogniser, Stretch } from "../recogniser.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** Addresses of nobody: this host, a mask, all hosts. */
const NOBODYS = /^(?:0\.|127\.|255\.)/;

/** IPv4 and IPv6 addresses; those that stand for no single host are passed over. */
export const IP: Recogniser = {
  needs: /\d\.\d|[\da-f]:/i,
  patterns: [
    {
      regex: new RegExp(`(?<![\\w.-])(?:${OCTET}\\.){3}${OCTET}(?![\\w-]|\\.\\d)`, "g"),
      score: 0.6,
      check: (found) => !NOBODYS.test(found),
    },
    {
      regex: /(?<![\w:.])(?=[\da-f:.]{6,45})(?:[\da-f]{0,4}:){2,7}(?:[\da-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])/gi,
      score: 0.7,
      check: (found) => isIPv6(found) && /\d/.test(found) && /[\da-f]{3,4}/i.test(found),
    },
  ],
  context:
    /\bip(?:v[46])?\b|\bhost|server|address|client|login|logged|connect|ping|gateway|router|地址|登录|服务器|访问/i,
  against:
    /version|\bver\b|release|firmware|build|driver|upgrade|update|section|chapter|clause|§|版本|固件|升级|章|节|条款/i,
};

/** Hardware addresses (IEEE 802), in pairs or in fours as routers write them. */
export const MAC: Recogniser = {
  needs: /[\da-f]{2}[:-][\da-f]{2}[:-]|[\da-f]{4}\.[\da-f]{4}\./i,
  patterns: [
    {
      regex: /(?<![\w:-])[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\w:-])/gi,
      score: 0.9,
      check: (found) => (found.includes(":") || /[a-f]/i.test(found)) && isSomebodys(found),
    },
    { regex: /(?<![\w.])(?:[\da-f]{4}\.){2}[\da-f]{4}(?![\w.])/gi, score: 0.4, check: isSomebodys },
  ],
  context: /\bmac\b|ethernet|wi-?fi|adapter|hardware|device|物理地址|网卡|设备/i,
};

function isSomebodys(found: string): boolean {
  return new Set(found.toLowerCase().replaceAll(/[^\da-f]/g, "")).size > 1;
}

/** Marks that end a sentence or a bracket, not an address. */
const BEHIND = /(?:[.,;:!?'"*_)\]}>]|&quot;)+$/;
const TOP_LEVELS = "com|org|net|edu|gov|io|dev|app|info|me|co|cn|de|fr|uk|eu|nl|es|it|jp|us|ca|ch|at|example";

/** Addresses of the web, with their scheme, as `www.…`, or with a path. */
export const URL_ADDRESS: Recogniser = {
  needs: /:\/\/|www\.|\.[a-z]{2,7}\//i,
  patterns: [
    { regex: /(?<![a-z\d])(?:https?|ftps?|sftp):\/\/[!-;=?-~]+/gi, score: 0.95, narrow: withoutMarks },
    { regex: /(?<![\w./@-])www\.[a-z\d-]+(?:\.[a-z\d-]+)+(?:[/?#][!-;=?-~]*)?/gi, score: 0.9, narrow: withoutMarks },
    {
      regex: new RegExp(`(?<![\\w./@:-])(?:[a-z\\d-]+\\.)+(?:${TOP_LEVELS})/[!-;=?-~]*`, "gi"),
      score: 0.8,
      narrow: withoutMarks,
    },
  ],
};

/** A closing bracket belongs to the address where it opens one. */
function withoutMarks(found: string): Stretch {
  const end = found.length - (BEHIND.exec(found)?.[0].length ?? 0);
  const closes = found[end] === ")" && found.slice(0, end).split("(").length > found.slice(0, end).split(")").length;
  return { start: 0, end: closes ? end + 1 : end };
}
