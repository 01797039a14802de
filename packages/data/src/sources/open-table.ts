import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { withRowRules } from "../schema/with-row-rules.ts";
import type { Table } from "../tables/table.ts";
import { tellingVersion } from "../versions/telling-version.ts";
import { openFiles } from "./files.ts";
import { openHttps } from "./https.ts";
import { openPackage } from "./packages.ts";
import { openPostgres } from "./postgres.ts";
import { openS3 } from "./s3.ts";
import { withoutSecrets } from "./source-address.ts";
import { openSqlite } from "./sqlite.ts";
import type { TableOptions } from "./table-options.ts";

/** Where data lies. */
interface Scheme {
  /** How a source of it is written. */
  readonly form: string;
  /** @param place The source without the scheme. */
  readonly open: (place: string, options: TableOptions) => Promise<Table>;
}

/**
 * Schemes by what stands before the colon; without one the source is a file or folder. A new one is a row
 * here.
 */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  "": { form: "a file or folder", open: openFiles },
  sqlite: { form: "sqlite:<file>?table=<name>", open: openSqlite },
  postgres: { form: "postgres://<host>/<database>?table=<name>", open: openPostgres },
  postgresql: { form: "postgresql://<host>/<database>?table=<name>", open: openPostgres },
  https: { form: "https://<host>/<file>", open: openHttps("https") },
  http: { form: "http://<host>/<file>", open: openHttps("http") },
  s3: { form: "s3://<bucket>/<key>", open: openS3 },
  npm: { form: "npm:<package>", open: openPackage },
};

/** One letter before a colon is a drive of Windows. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * Opens what `data.source` names as a table, for every verb and task.
 *
 * @param source A CSV, TSV, JSON, JSON Lines or text file, also compressed (`.gz`, `.zst`), a folder whose `.txt` files
 *   are a row each, or `npm:<package>`.
 * @throws {ModelwrightError} `DATA_SCHEME_UNKNOWN`, `DATA_SOURCE_NOT_FOUND`, `DATA_SOURCE_NOT_FILE`,
 *   `DATA_FORMAT_UNKNOWN`, `DATA_CORPUS_UNKNOWN`, `DATA_CORPUS_NOT_INSTALLED`, `DATA_EMPTY`,
 *   `DATA_ENCODING_UNKNOWN`, `DATA_ENCODING_UNREADABLE`, `DATA_FILE_DAMAGED`, `DATA_LAYOUT_UNKNOWN`,
 *   `DATA_ROW_MALFORMED`, `DATA_TOO_LARGE`, also while rows are read; and what `withRowRules` throws.
 */
export async function openTable(source: string, options: TableOptions): Promise<Table> {
  const { rowRules = {}, onVersion } = options;
  const found = await openSource(source, options);
  const table = onVersion === undefined ? found : tellingVersion(found, onVersion);
  return withRowRules(table, rowRules);
}

async function openSource(source: string, options: TableOptions): Promise<Table> {
  const name = SCHEME.exec(source)?.[1]?.toLowerCase() ?? "";
  if (Object.hasOwn(SCHEMES, name)) {
    if (name === "") return SCHEMES[name]!.open(source, options);
    const shown = options.name === undefined ? {} : { name: withoutSecrets(options.name) };
    return SCHEMES[name]!.open(source.slice(name.length + 1), { ...options, ...shown });
  }
  // A file may have a colon in its name.
  if (await exists(resolve(options.baseDir, source))) return openFiles(source, options);
  const known = Object.values(SCHEMES).map(({ form }) => form);
  throw new ModelwrightError("DATA_SCHEME_UNKNOWN", { source: withoutSecrets(source), scheme: name, known });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
