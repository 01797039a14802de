import type { PersonalDataSettings, PersonalDataTreatment } from "@modelwright/contracts";

/** What becomes of personal data, behind what becomes of duplicates. */
const DONE: { readonly [Treatment in PersonalDataTreatment]: string } = {
  mask: "personal data masked",
  replace: "personal data replaced",
  hash: "personal data hashed",
  surrogate: "personal data replaced by surrogates",
  drop: "rows with personal data dropped",
};

/** `; personal data masked`; nothing where it is left as it is. */
export function personalDataWords(pii: PersonalDataSettings | undefined): string {
  if (pii === undefined) return "";
  const kinds = pii.kinds === undefined ? "" : ` (${pii.kinds.join(", ")})`;
  return `; ${DONE[pii.treatment]}${kinds}`;
}
