/** `English`, `English and German`: languages by their ISO 639-1 codes; a code without a name stands for itself. */
export function languageNames(codes: readonly string[]): string {
  const names = new Intl.DisplayNames("en", { type: "language" });
  const named = codes.map((code) => (/^[a-z]{2,3}$/.test(code) ? names.of(code) : undefined) ?? code);
  return new Intl.ListFormat("en").format(named);
}

/** `Latin`, `Chinese`: a script by its ISO 15924 code. */
export function scriptName(code: string): string {
  if (code === "Hani") return "Chinese";
  return new Intl.DisplayNames("en", { type: "script" }).of(code) ?? code;
}
