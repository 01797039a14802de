import type { CommonOptions } from "../../common-options.ts";
import { ENCODING_OPTION } from "../../verb.ts";

/** What every verb that looks at data is given. */
export const SOURCE = [
  "<source>",
  "a table: a file, folder, pattern or address, as data.source of a recipe; or a recipe (.yaml, .ts), whose data are meant",
] as const;

export interface InspectionOptions extends CommonOptions {
  readonly label?: string;
  readonly test?: string;
  readonly against?: string;
  readonly encoding?: string;
  readonly query?: string;
}

export const READING_OPTIONS = [
  ENCODING_OPTION,
  ["--query <sql>", "of a database, the query whose rows are read"],
] as const;

export const INSPECTION_OPTIONS = [
  [
    "--label <column>",
    "the column that is predicted (default: the recipe's; otherwise what concerns it is not checked)",
  ],
  ["--test <source>", "a test file: must not repeat rows, nor be spread otherwise (default: the recipe's)"],
  ["--against <source>", "an earlier version of the table: tells what drifted"],
  ...READING_OPTIONS,
] as const;
