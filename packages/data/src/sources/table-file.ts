import { basename, extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openText } from "../tables/file-text.ts";
import { FILE_FORMATS, FORMATS } from "../tables/formats.ts";
import type { Table } from "../tables/table.ts";
import { COMPRESSED_ENDINGS, decompressed } from "./compression.ts";
import type { TableOptions } from "./table-options.ts";
import { type TextFile, textFileTable } from "./text-files.ts";

/** What a file's name may end in. */
const KNOWN: readonly string[] = [
  ...Object.keys(FORMATS),
  ...Object.keys(FILE_FORMATS),
  ...COMPRESSED_ENDINGS.map((ending) => `.csv${ending}`),
];

/** Whether a file is a table, by the ending of its name in any case. */
export function isTableFile(path: string): boolean {
  const { extension, compression } = endingOf(path);
  return Object.hasOwn(FORMATS, extension) || (compression === undefined && Object.hasOwn(FILE_FORMATS, extension));
}

/**
 * Opens a file that is there by the ending of its name.
 *
 * @param options.source What the user wrote, for messages. Default: the path.
 * @throws {ModelwrightError} `DATA_FORMAT_UNKNOWN`, and what its format throws.
 */
export async function openTableFile(
  path: string,
  { source = path, ...options }: Omit<TableOptions, "baseDir"> & { readonly source?: string },
): Promise<Table> {
  const { name = basename(path), encoding, textFile } = options;
  const { extension, compression } = endingOf(path);
  if (compression === undefined && Object.hasOwn(FILE_FORMATS, extension)) {
    return FILE_FORMATS[extension]!.open(path, { ...options, name });
  }
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined) {
    throw new ModelwrightError("DATA_FORMAT_UNKNOWN", { file: source, extension, known: KNOWN });
  }
  const file: TextFile = {
    path,
    name,
    ...(encoding === undefined ? {} : { encoding }),
    ...(compression === undefined ? {} : { unpack: (bytes) => decompressed(bytes, { name, ending: compression }) }),
  };
  if (extension === ".txt" && textFile === "document") return textFileTable(file);
  const text = await openText(file);
  const table = await format.read(text, options);
  return text.guessed === undefined ? table : { ...table, guessedEncoding: text.guessed };
}

/** The ending of a file's name that tells its format, and that of its compression. */
function endingOf(path: string): { readonly extension: string; readonly compression?: string } {
  const last = extname(path).toLowerCase();
  if (!COMPRESSED_ENDINGS.includes(last)) return { extension: last };
  return { extension: extname(path.slice(0, -last.length)).toLowerCase(), compression: last };
}
