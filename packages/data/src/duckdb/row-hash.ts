import { comparable } from "./cell-spaces.ts";

/** Of each column whether its cells differ in ways that do not count: in white space around them, in the word for a missing value. */
export type RowKey = readonly boolean[];

function keyCells(key: RowKey): string[] {
  return key.map((isLoose, i) => (isLoose ? comparable(`c${i}`) : `c${i}`));
}

/** A whole number of 64 bits, the same for rows with the same values and for few others; as SQL of the cells `c0`, `c1`, …. */
export function rowHash(key: RowKey): string {
  return `hash(${keyCells(key).join(", ")})`;
}

/**
 * The MD5 of the cells of a row as a whole number of 128 bits; as SQL. Of a thousand million different rows two have the same with a
 * chance of 10⁻²⁰, unless somebody wants them to. It takes five times as long as the hash.
 */
export function rowDigest(key: RowKey): string {
  // `concat` reads null as an empty text.
  return `md5_number(concat(${keyCells(key).join(", chr(31), ")}))`;
}

/** The part of ten that a row is in, by its hash. */
export function partOf(hash: string): string {
  return `(${hash} % 10)::UTINYINT`;
}
