import { access, constants, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { folderFiles } from "./folder-files.ts";
import { foundPath, isPattern, patternFiles } from "./glob-files.ts";
import { joinedTables } from "./joined-tables.ts";
import { isTableFile, openTableFile } from "./table-file.ts";
import type { TableOptions } from "./table-options.ts";
import { isTextFile, textFolderTable } from "./text-folder.ts";

/** Opens a file by the ending of its name, a folder of texts or of tables, or the files that a pattern names. */
export async function openFiles(source: string, options: TableOptions): Promise<Table> {
  const { path, sheet } = await placeOf(source, options);
  if (isPattern(source) && !(await exists(path))) return patternTable(path, { ...options, source });
  const found = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((cause: unknown) => {
      throw notFound(source, path, cause);
    });
  if (found.isDirectory()) return folderTable(path, { ...options, source });
  if (!found.isFile()) throw new ModelwrightError("DATA_SOURCE_NOT_FILE", { source, found: "a device or a pipe" });
  if (sheet === undefined) return openTableFile(path, { ...options, source });
  const name = options.name?.replace(WITH_SHEET, "$1") ?? basename(path);
  return openTableFile(path, { ...options, source, sheet, name });
}

/** What was asked for, and how it was written. */
type Asked = TableOptions & { readonly source: string };

/** A folder in which there are texts is one of texts; otherwise its tables are taken together. */
async function folderTable(path: string, options: Asked): Promise<Table> {
  const { source: name, encoding } = options;
  const found = await folderFiles(path, {
    isWanted: (file) => isTableFile(file) && !isTextFile(file),
    others: ["file that is no table", "files that are no tables"],
    name,
  });
  if (found.files.length === 0 || (await hasTexts(path)))
    return textFolderTable({ path, name, ...(encoding === undefined ? {} : { encoding }) });
  const paths = found.files.map((file) => ({ path: join(path, file), name: file }));
  return tablesTogether(paths, { ...options, warnings: found.warnings });
}

async function hasTexts(path: string): Promise<boolean> {
  const { files } = await folderFiles(path, { isWanted: isTextFile, others: ["", ""], name: path });
  return files.length > 0;
}

async function patternTable(pattern: string, options: Asked): Promise<Table> {
  const { source } = options;
  const found = await patternFiles(pattern).catch((cause: unknown) => {
    throw notFound(source, pattern, cause);
  });
  if (found.files.length === 0) throw notFound(source, pattern);
  const paths = found.files.map((file) => ({ path: foundPath(found, file), name: file }));
  return tablesTogether(paths, { ...options, warnings: [] });
}

async function tablesTogether(
  files: readonly { readonly path: string; readonly name: string }[],
  { warnings, source, ...options }: Asked & { readonly warnings: readonly string[] },
): Promise<Table> {
  const tables: Table[] = [];
  for (const { path, name } of files) tables.push(await openTableFile(path, { ...options, name, source: path }));
  return joinedTables(source, tables, new Set(warnings));
}

function notFound(source: string, looked: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError("DATA_SOURCE_NOT_FOUND", { source, looked }, { cause });
}

/** A sheet stands behind the file: `prices.xlsx#2024`. A file may have such a name too. */
const WITH_SHEET = /^(.+\.(?:xlsx|xlsm|xls|ods))#(.+)$/i;

async function placeOf(
  source: string,
  { baseDir, sheet }: TableOptions,
): Promise<{ readonly path: string; readonly sheet: string | undefined }> {
  const path = resolve(baseDir, source);
  const [, file, named] = WITH_SHEET.exec(source) ?? [];
  if (file === undefined || (await exists(path))) return { path, sheet };
  return { path: resolve(baseDir, file), sheet: named };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
