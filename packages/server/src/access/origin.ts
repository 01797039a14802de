/** What an origin is, for people. */
export const ORIGIN_RULE =
  "an origin as browsers send it, such as https://app.example: no path, no slash at its end, no *";

/** `*` is none: without keys any page that somebody visits could ask the server, and with keys one names who is given one. */
export function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^*]+$/.test(text)) return false;
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}
