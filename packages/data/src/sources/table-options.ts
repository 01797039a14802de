import type { RowRules } from "@modelwright/contracts";
import type { FormatOptions } from "../tables/format-options.ts";
import type { SourceVersion } from "../versions/telling-version.ts";

export interface TableOptions extends FormatOptions {
  /** Relative paths and packages are looked up from here: the recipe's folder. */
  readonly baseDir: string;
  /** Of a database, the query whose rows are read. Default: what stands in the source. */
  readonly query?: string | undefined;
  /** What messages call a file. Default: its name without folders. */
  readonly name?: string;
  /** Of a file or of the texts in a folder, a label of the WHATWG Encoding Standard. Default: told from the bytes. */
  readonly encoding?: string | undefined;
  /**
   * Whether a text file by itself has one text per line, or is one text, as each in a folder is. Default
   * "lines".
   */
  readonly textFile?: "lines" | "document";
  /** What rows are held to, when all have been read. Default: nothing. */
  readonly rowRules?: RowRules | undefined;
  /** Told which rows there are, as they lie, when all have been read. */
  readonly onVersion?: ((version: SourceVersion) => void) | undefined;
}
