import { createHmac } from "node:crypto";
import type { PersonalDataKind, PersonalDataTreatment } from "@modelwright/contracts";
import { DrawnCharacters } from "./drawn-characters.ts";
import { SURROGATES } from "./surrogates.ts";

/** Personal data as it was found. */
export interface FoundPersonalData {
  readonly kind: PersonalDataKind;
  readonly found: string;
}

interface Means {
  readonly replacement: string;
  readonly salt: string;
}

interface TreatmentRule {
  /** What was done, before "12 e-mails". */
  readonly done: string;
  readonly needsSalt: boolean;
  /** What stands in the place of what was found. Absent: the row leaves. */
  readonly write?: (data: FoundPersonalData, means: Means) => string;
}

/** Hexadecimal digits of a hash that are written: 64 bits tell a billion values apart. */
const HASH_DIGITS = 16;

/** What can become of personal data. A new treatment is a row here, beside its name in the recipe's section. */
export const TREATMENTS: { readonly [Treatment in PersonalDataTreatment]: TreatmentRule } = {
  mask: { done: "masked", needsSalt: false, write: ({ kind }) => `[${title(kind)}]` },
  replace: { done: "replaced", needsSalt: false, write: (_, { replacement }) => replacement },
  hash: {
    done: "hashed",
    needsSalt: true,
    write: (data, { salt }) => {
      const digest = createHmac("sha256", salt).update(sameForSame(data)).digest("hex");
      return `[${title(data.kind)}:${digest.slice(0, HASH_DIGITS)}]`;
    },
  },
  surrogate: {
    done: "put surrogates for",
    needsSalt: true,
    write: (data, { salt }) => SURROGATES[data.kind](data.found, new DrawnCharacters(salt, sameForSame(data))),
  },
  drop: { done: "dropped", needsSalt: false },
};

function title(kind: PersonalDataKind): string {
  return kind.toUpperCase().replaceAll("-", "_");
}

const PUNCTUATED: readonly PersonalDataKind[] = ["phone", "card", "iban", "mac", "ssn"];

/** One spelling for a value, however it is cased and grouped. */
function sameForSame({ kind, found }: FoundPersonalData): string {
  const lower = found.normalize("NFKC").toLowerCase();
  return `${kind}\0${PUNCTUATED.includes(kind) ? lower.replaceAll(/[^\da-z]/g, "") : lower}`;
}
