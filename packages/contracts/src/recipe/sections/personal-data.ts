import { z } from "zod";

/** What of a person can be found in a text. */
export const PERSONAL_DATA_KINDS = [
  "email",
  "phone",
  "card",
  "iban",
  "ip",
  "mac",
  "url",
  "resident-id",
  "passport",
  "ssn",
  "name",
  "address",
] as const;
export type PersonalDataKind = (typeof PERSONAL_DATA_KINDS)[number];

/** What can become of it. */
export const PERSONAL_DATA_TREATMENTS = ["mask", "replace", "hash", "surrogate", "drop"] as const;
export type PersonalDataTreatment = (typeof PERSONAL_DATA_TREATMENTS)[number];

const kind = z.enum(PERSONAL_DATA_KINDS);
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const section = z
  .strictObject({
    treatment: z
      .enum(PERSONAL_DATA_TREATMENTS)
      .default("mask")
      .describe(
        "mask: its kind in its place, [EMAIL]; replace: one constant; hash: a salted SHA-256; surrogate: another value of the same form, the same for the same; drop: the row leaves",
      ),
    kinds: z.array(kind).min(1).optional().describe("What is treated; default: every kind"),
    keep: z.array(kind).default([]).describe("What is left as it is, though it is found"),
    replacement: z.string().default("***").describe("What stands in its place with treatment: replace"),
    salt: z
      .string()
      .regex(VARIABLE)
      .default("MODELWRIGHT_PII_SALT")
      .describe("a variable of the environment that holds the secret salt of hash and surrogate"),
  })
  // For editors, which see a treatment alone as well.
  .meta({ type: ["object", "string"] });

type Written = PersonalDataTreatment | z.input<typeof section>;

/** A treatment alone stands for the section that says it; any other text is refused as no mapping. */
function unfolded(value: Written): unknown {
  return PERSONAL_DATA_TREATMENTS.some((treatment) => treatment === value) ? { treatment: value } : value;
}

/** Personal data in the texts and cells of a recipe. */
export const personalDataField = z
  .preprocess(unfolded, section)
  .optional()
  .describe("Personal data, as in pii: mask (docs/personal-data.md); default: left as it is");

/** What a recipe says of personal data. */
export type PersonalDataSettings = z.output<typeof section>;
