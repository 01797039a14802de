export type Utf16 = "utf-16le" | "utf-16be";

/** The UTF-16 that a byte order mark tells. */
export function markedUtf16(start: Buffer): Utf16 | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  return start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : undefined;
}

/** Where the zero bytes of characters below U+0100 stand in a unit of two bytes. */
const ZERO_BYTE: Readonly<Record<Utf16, 0 | 1>> = { "utf-16le": 1, "utf-16be": 0 };
/** Control characters that are not in texts, and code points of which none has a meaning for everybody. */
const NO_TEXT = /(?![\t\n\r])\p{Cc}|\p{Cn}|\p{Co}/u;
/** Of the units of ASCII text nearly all are made of two printable bytes, of units of UTF-16 a part by chance. */
const MOST_PRINTABLE_UNITS = 0.7;
/** The other half has a zero byte now and then too: 一 is U+4E00. */
const LEAST_IN_PLACE = 0.75;

/**
 * The UTF-16 that text without a byte order mark is in: most zero bytes stand in one half of the units, and what
 * is decoded is text.
 *
 * @param start The beginning of the text. Without a zero byte, and so without a character of ASCII, nothing is told.
 */
export function unmarkedUtf16(start: Buffer): Utf16 | undefined {
  if (!start.includes(0) || printableUnits(start) > MOST_PRINTABLE_UNITS) return undefined;
  return (Object.keys(ZERO_BYTE) as Utf16[]).find((label) => {
    let all = 0;
    let inPlace = 0;
    for (let at = start.indexOf(0); at >= 0; at = start.indexOf(0, at + 1)) {
      all++;
      if (at % 2 === ZERO_BYTE[label]) inPlace++;
    }
    if (inPlace < LEAST_IN_PLACE * all) return false;
    try {
      return !NO_TEXT.test(new TextDecoder(label, { fatal: true }).decode(start, { stream: true }));
    } catch {
      return false;
    }
  });
}

/** The share of units of two bytes of which both are printable ASCII. */
function printableUnits(bytes: Buffer): number {
  const isPrintable = (byte: number) => byte >= 0x20 && byte < 0x7f;
  let printable = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (isPrintable(bytes[at]!) && isPrintable(bytes[at + 1]!)) printable++;
  }
  return printable / Math.max(1, Math.floor(bytes.length / 2));
}
