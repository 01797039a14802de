import { comparable } from "./cell-spaces.ts";

/** Of each column whether its cells differ in ways that do not count: in white space around them, in the word for a missing value. */
export type RowKey = readonly boolean[];

/**
 * The MD5 of the cells of a row as a whole number of 128 bits, the same for rows with the same values; as SQL. Of a thousand million
 * different rows two have the same with a chance of 10⁻²⁰, unless somebody wants them to.
 */
export function rowHash(key: RowKey): string {
  // `concat` reads null as an empty text.
  const cells = key.map((isLoose, i) => (isLoose ? comparable(`c${i}`) : `c${i}`)).join(", chr(31), ");
  return `md5_number(concat(${cells}))`;
}

/** The part of ten that a row is in, by its hash. Whole numbers of 128 bits are divided a hundred times as slowly. */
export function partOf(hash: string): string {
  return `((${hash} >> 64)::UBIGINT % 10)::UTINYINT`;
}
