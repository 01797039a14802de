import { spokenName } from "./treat-cells.ts";
import { personalDataTreater } from "./treat-text.ts";

const { treat } = personalDataTreater({ treatment: "mask", keep: [], replacement: "", salt: "" });

/** Fewer digits are no card, no phone and no number of a person. */
const LEAST_NUMBER = 1e6;

/**
 * A JSON value with the personal data in it masked: `call [PHONE]`. The names of keys help to tell it, as those of columns
 * do in a table. A number that is somebody's becomes a text; keys, and numbers below a million, stay.
 */
export function maskPersonalData<Value>(value: Value): Value {
  return masked(value, "") as Value;
}

function masked(value: unknown, about: string): unknown {
  if (typeof value === "string") return treat(value, about).text;
  if (typeof value === "number") {
    if (Math.abs(value) < LEAST_NUMBER || !Number.isSafeInteger(value)) return value;
    const { text, matches } = treat(String(value), about);
    return matches.length === 0 ? value : text;
  }
  if (Array.isArray(value)) return value.map((each) => masked(each, about));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, `${spokenName(key)}: `)]));
}
