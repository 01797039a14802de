import { ModelwrightError } from "@modelwright/contracts";

/** Characters of a row or line at most: a longer one is a file without line ends, or a quote that is never closed. */
export const LONGEST_ROW = 2 ** 26;
/** Lists and objects within each other at most, as deep as a row of JSON may go. */
export const DEEPEST_NESTING = 1000;

/** @throws {ModelwrightError} `DATA_TOO_LARGE` where a row that goes on is longer than any should be. */
export function checkRowLength(length: number, where: { readonly file: string; readonly line: number }): void {
  if (length <= LONGEST_ROW) return;
  throw new ModelwrightError("DATA_TOO_LARGE", {
    ...where,
    problem: `a row of more than ${LONGEST_ROW / 2 ** 20} million characters`,
    remedy: "Give it line ends, close its quotes, or take the row out.",
  });
}

/** What is said of JSON whose lists and objects lie deeper within each other than `DEEPEST_NESTING`. */
export function tooDeep(where: { readonly file: string; readonly line: number }): ModelwrightError {
  const problem = `lists and objects lie more than ${DEEPEST_NESTING} deep within each other`;
  return new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem });
}
