import { escapeMarkdown } from "@modelwright/evaluation";

/** Which languages an encoder has seen, as ISO 639-1 codes; empty when not known. */
export function cardLanguages(codes: readonly string[]): string {
  if (codes.length === 0) return "Its languages are not known";
  const names = new Intl.DisplayNames("en", { type: "language" });
  const named = codes.map((code) => (/^[a-z]{2,3}$/.test(code) ? names.of(code) : undefined) ?? escapeMarkdown(code));
  return `It has seen texts in ${new Intl.ListFormat("en").format(named)} only`;
}

/** What becomes of long texts. */
export function cutTexts({
  maxLength,
  truncation,
}: {
  readonly maxLength: number;
  readonly truncation: "end" | "middle";
}): string {
  return `Of texts longer than ${maxLength} tokens the ${truncation} is left out.`;
}
