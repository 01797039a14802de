/** The form in which two texts count as the same: NFKC, lower case, runs of white space as one space. */
export function normalizedText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
