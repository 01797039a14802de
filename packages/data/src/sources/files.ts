import { access, constants, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openText } from "../tables/file-text.ts";
import { FORMATS } from "../tables/formats.ts";
import type { Table } from "../tables/table.ts";
import type { TableOptions } from "./table-options.ts";
import { textFileTable } from "./text-files.ts";
import { textFolderTable } from "./text-folder.ts";

/** Opens a file by the ending of its name, or a folder of texts. */
export async function openFiles(source: string, options: TableOptions): Promise<Table> {
  const path = resolve(options.baseDir, source);
  const found = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((cause: unknown) => {
      throw new ModelwrightError("DATA_SOURCE_NOT_FOUND", { source, looked: path }, { cause });
    });
  const inEncoding = options.encoding === undefined ? {} : { encoding: options.encoding };
  if (found.isDirectory()) return textFolderTable({ path, name: source, ...inEncoding });
  if (!found.isFile()) throw new ModelwrightError("DATA_SOURCE_NOT_FILE", { source, found: "a device or a pipe" });
  const { name = basename(path), textFile } = options;
  const extension = extname(path).toLowerCase();
  if (extension === ".txt" && textFile === "document") return textFileTable({ path, name, ...inEncoding });
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined) {
    throw new ModelwrightError("DATA_FORMAT_UNKNOWN", { file: source, extension, known: Object.keys(FORMATS) });
  }
  const text = await openText({ path, name, ...inEncoding });
  const table = await format.read(text, options);
  return text.guessed === undefined ? table : { ...table, guessedEncoding: text.guessed };
}
