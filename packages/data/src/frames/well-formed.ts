/**
 * The text as UTF-8 can write it: halves of characters, which only UTF-16 has, become U+FFFD, as a runtime
 * would make them.
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
