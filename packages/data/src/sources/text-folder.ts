import { extname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { folderFiles } from "./folder-files.ts";
import { EXTENSION, type TextFile, wholeFile, wholeTexts } from "./text-files.ts";

/** Whether a file is a text of a folder, by the ending of its name in any case. */
export function isTextFile(path: string): boolean {
  return extname(path).toLowerCase() === EXTENSION;
}

/**
 * Reads the text files of a folder and of those below it as a table with one row per file, sorted by path; whatever else
 * lies there is passed over with a warning that names it.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`.
 */
export async function textFolderTable(folder: TextFile): Promise<Table> {
  const { files, warnings } = await folderFiles(folder.path, {
    isWanted: isTextFile,
    others: [`file without ${EXTENSION}`, `files without ${EXTENSION}`],
    name: folder.name,
  });
  if (files.length === 0) {
    const problem = `no ${EXTENSION} file in it, and no table`;
    throw new ModelwrightError("DATA_EMPTY", { file: folder.name, problem });
  }
  const texts = files.map((name) => wholeFile({ ...folder, path: join(folder.path, name), name }));
  return wholeTexts(folder.name, texts, new Set(warnings));
}
