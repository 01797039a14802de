import type { PersonalDataKind } from "@modelwright/contracts";
import type { Recogniser } from "../recogniser.ts";
import { CARD, IBAN } from "./accounts.ts";
import { ADDRESS } from "./address.ts";
import { PASSPORT, RESIDENT_ID, SSN } from "./documents.ts";
import { EMAIL } from "./email.ts";
import { IP, MAC, URL_ADDRESS } from "./internet.ts";
import { NAME } from "./name.ts";
import { PHONE } from "./phone.ts";

/** How each kind of personal data is found. A new one is a row here, beside its name in the recipe's section. */
export const RECOGNISERS: { readonly [Kind in PersonalDataKind]: Recogniser } = {
  email: EMAIL,
  phone: PHONE,
  card: CARD,
  iban: IBAN,
  ip: IP,
  mac: MAC,
  url: URL_ADDRESS,
  "resident-id": RESIDENT_ID,
  passport: PASSPORT,
  ssn: SSN,
  name: NAME,
  address: ADDRESS,
};
