import { access, constants, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openText } from "../tables/file-text.ts";
import { FILE_FORMATS, FORMATS } from "../tables/formats.ts";
import type { Table } from "../tables/table.ts";
import { COMPRESSED_ENDINGS, decompressed } from "./compression.ts";
import type { TableOptions } from "./table-options.ts";
import { type TextFile, textFileTable } from "./text-files.ts";
import { textFolderTable } from "./text-folder.ts";

/** What a file's name may end in. */
const KNOWN: readonly string[] = [
  ...Object.keys(FORMATS),
  ...Object.keys(FILE_FORMATS),
  ...COMPRESSED_ENDINGS.map((ending) => `.csv${ending}`),
];

/** Opens a file by the ending of its name, or a folder of texts. */
export async function openFiles(source: string, options: TableOptions): Promise<Table> {
  const { path, sheet } = await placeOf(source, options);
  const found = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((cause: unknown) => {
      throw new ModelwrightError("DATA_SOURCE_NOT_FOUND", { source, looked: path }, { cause });
    });
  const inEncoding = options.encoding === undefined ? {} : { encoding: options.encoding };
  if (found.isDirectory()) return textFolderTable({ path, name: source, ...inEncoding });
  if (!found.isFile()) throw new ModelwrightError("DATA_SOURCE_NOT_FILE", { source, found: "a device or a pipe" });
  const { textFile } = options;
  const name =
    sheet === undefined
      ? (options.name ?? basename(path))
      : (options.name?.replace(WITH_SHEET, "$1") ?? basename(path));
  const { extension, unpack } = endingOf(path, name);
  const file: TextFile = { path, name, ...inEncoding, ...(unpack === undefined ? {} : { unpack }) };
  if (extension === ".txt" && textFile === "document") return textFileTable(file);
  if (unpack === undefined && Object.hasOwn(FILE_FORMATS, extension)) {
    return FILE_FORMATS[extension]!.open(path, { ...options, name, sheet });
  }
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined) {
    throw new ModelwrightError("DATA_FORMAT_UNKNOWN", { file: source, extension, known: KNOWN });
  }
  const text = await openText(file);
  const table = await format.read(text, options);
  return text.guessed === undefined ? table : { ...table, guessedEncoding: text.guessed };
}

/** The ending of a file's name that tells its format, and of a compressed file how it becomes one. */
function endingOf(path: string, name: string): { readonly extension: string } & Pick<TextFile, "unpack"> {
  const last = extname(path).toLowerCase();
  if (!COMPRESSED_ENDINGS.includes(last)) return { extension: last };
  const extension = extname(path.slice(0, -last.length)).toLowerCase();
  return { extension, unpack: (bytes) => decompressed(bytes, { name, ending: last }) };
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
