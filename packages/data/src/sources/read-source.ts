import { access, constants, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { drawSubset } from "../splits/subset.ts";
import { readCsv } from "./csv.ts";
import { readJsonLines } from "./json-lines.ts";
import { readPackagedCorpus } from "./packaged-corpora.ts";
import type { FileOptions, FileRows, SourceOptions, SourceRows } from "./source.ts";

const READERS: Readonly<Record<string, (options: FileOptions) => Promise<FileRows>>> = {
  ".csv": readCsv,
  ".tsv": readCsv,
  ".jsonl": readJsonLines,
  ".ndjson": readJsonLines,
};

const PACKAGE_PREFIX = "npm:";

/**
 * Reads the rows that a recipe's `data.source` or `data.test` names.
 *
 * @param source A CSV or JSON Lines file, relative to `baseDir` or absolute, or `npm:<package>`.
 * @throws {ModelwrightError} `DATA_SOURCE_NOT_FOUND`, `DATA_SOURCE_NOT_FILE`, `DATA_FORMAT_UNKNOWN`,
 * `DATA_CORPUS_UNKNOWN`, `DATA_CORPUS_NOT_INSTALLED`, and those of the readers.
 */
export async function readSource(source: string, options: SourceOptions): Promise<SourceRows> {
  if (source.startsWith(PACKAGE_PREFIX)) return readPackagedCorpus(source.slice(PACKAGE_PREFIX.length), options);
  const path = resolve(options.baseDir, source);
  const found = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((error: unknown) => {
      throw new ModelwrightError("DATA_SOURCE_NOT_FOUND", { source, looked: path }, { cause: error });
    });
  if (!found.isFile()) {
    const kind = found.isDirectory() ? "a folder" : "a device or a pipe";
    throw new ModelwrightError("DATA_SOURCE_NOT_FILE", { source, found: kind });
  }
  const extension = extname(path).toLowerCase();
  const reader = READERS[extension];
  if (reader === undefined) {
    throw new ModelwrightError("DATA_FORMAT_UNKNOWN", { file: source, extension, known: Object.keys(READERS) });
  }
  const name = basename(path);
  const { columns, limit, seed, onProgress } = options;
  const { rows, warnings } = await reader({ path, name, columns, onProgress });
  const kept = limit === undefined ? rows : drawSubset(rows, { limit, seed, labelOf: (row) => row.label ?? "" });
  return { name, rows: kept, available: rows.length, warnings, fields: `column "${columns.text}"` };
}
