import type { PersonalDataKind } from "@modelwright/contracts";

/** What one of a kind is called, and several. */
export const KIND_WORDS: { readonly [Kind in PersonalDataKind]: readonly [one: string, several: string] } = {
  email: ["e-mail", "e-mails"],
  phone: ["phone number", "phone numbers"],
  card: ["card number", "card numbers"],
  iban: ["IBAN", "IBANs"],
  ip: ["IP address", "IP addresses"],
  mac: ["MAC address", "MAC addresses"],
  url: ["URL", "URLs"],
  "resident-id": ["resident id", "resident ids"],
  passport: ["passport number", "passport numbers"],
  ssn: ["social security number", "social security numbers"],
  name: ["name", "names"],
  address: ["postal address", "postal addresses"],
};
