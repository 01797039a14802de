import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** What a connection is asked for by. */
export interface Asked {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

const ORDER: readonly (keyof Asked)[] = ["host", "port", "database", "user"];

/**
 * The password that `~/.pgpass`, or the file that `PGPASSFILE` names, has for a connection: that of its first line that
 * fits (https://www.postgresql.org/docs/current/libpq-pgpass.html). As PostgreSQL's own programs do, a file that others
 * may read is passed over.
 */
export async function passwordFromFile(asked: Asked): Promise<string | undefined> {
  const file = process.env["PGPASSFILE"] ?? join(homedir(), ".pgpass");
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) return undefined;
  for (const line of (await readFile(file, "utf8")).split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = [...line.matchAll(/(?:^|:)((?:\\.|[^:\\])*)/g)].map(([, field = ""]) =>
      field.replace(/\\(.)/g, "$1"),
    );
    const [password, ...more] = fields.slice(ORDER.length);
    if (password === undefined || more.length > 0) continue;
    if (ORDER.every((key, index) => fields[index] === "*" || fields[index] === asked[key])) return password;
  }
  return undefined;
}
