/** The characters that Windows-1252 makes of the bytes 80 to 9F; ISO 8859-1 makes control characters of them. */
const HIGH = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u0080-\u009f";
/** Of the bytes 80 to BF, with which a character of UTF-8 goes on. */
const GOES_ON = `[${HIGH}\u00a0-\u00bf]`;
/**
 * UTF-8 read as Windows-1252: what its first bytes become, and as many behind them as they announce. Of those that announce one, only such
 * as begin letters of Latin, Greek, Cyrillic and Arabic script: É and Ü end words that a quotation mark may follow.
 */
const AS_WINDOWS_1252 = new RegExp(`[ÂÃÄÅÎÏÐÑØÙ]${GOES_ON}|[\u00e0-\u00ef]${GOES_ON}{2}|[\u00f0-\u00f4]${GOES_ON}{3}`);
/** The mark that a decoder puts where bytes are no text. */
const REPLACED = "\ufffd";

/** Whether a text looks as if it had been decoded by the wrong encoding: it has U+FFFD, or UTF-8 read as Windows-1252. */
export function isMojibake(text: string): boolean {
  return text.includes(REPLACED) || AS_WINDOWS_1252.test(text);
}
