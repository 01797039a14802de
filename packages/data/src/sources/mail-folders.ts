import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Table, TableRow } from "../tables/table.ts";
import { MAIL_FIELDS, mailText } from "./mail-text.ts";

/** A folder of raw mails, one a file, all of one label. */
export interface MailFolder {
  /** Relative to the corpus. */
  readonly path: string;
  readonly label: string;
}

interface MailFile {
  readonly folder: string;
  readonly file: string;
  readonly label: string;
}

const NAMED_IN_WARNING = 5;

const COLUMNS = ["id", "text", "label"] as const;

/**
 * Makes a table of folders of raw mails: `id`, `text` and `label`. Ids and labels are known before a mail is
 * read, so that only mails that are wanted need be parsed.
 *
 * A mail that cannot be parsed is left out, counted and named in a warning.
 */
export async function mailTable(
  root: string,
  { name, folders }: { readonly name: string; readonly folders: readonly MailFolder[] },
): Promise<Table> {
  const files: MailFile[] = [];
  for (const { path, label } of folders) {
    const names = (await readdir(join(root, path))).filter((file) => file.endsWith(".txt")).sort();
    files.push(...names.map((file) => ({ folder: path, file, label })));
  }
  const warnings = new Set<string>();
  async function* read(which: Iterable<number>): AsyncGenerator<TableRow> {
    const failed: string[] = [];
    for (const at of which) {
      const mail = files[at]!;
      const { folder, file, label } = mail;
      let text: string;
      try {
        text = await mailText(await readFile(join(root, folder, file)));
      } catch (error) {
        failed.push(`${idOf(mail)} (${error instanceof Error ? error.message : String(error)})`);
        continue;
      }
      yield { cells: [idOf(mail), text, label], line: 1, file: `${folder}/${file}` };
    }
    if (failed.length > 0) warnings.add(parseWarning(failed));
  }
  return {
    name,
    columns: COLUMNS,
    rows: { [Symbol.asyncIterator]: () => read(files.keys()) },
    warnings,
    roles: { id: "id", text: "text", label: "label" },
    contents: { text: MAIL_FIELDS },
    outline: { cells: { id: files.map(idOf), label: files.map(({ label }) => label) }, size: files.length, read },
  };
}

function idOf({ folder, file }: MailFile): string {
  return `${basename(folder)}/${file.slice(0, -".txt".length)}`;
}

function parseWarning(failed: readonly string[]): string {
  const more = failed.length > NAMED_IN_WARNING ? ", …" : "";
  const count = failed.length === 1 ? "1 mail" : `${failed.length} mails`;
  return `${count} could not be parsed and left out: ${failed.slice(0, NAMED_IN_WARNING).join(", ")}${more}`;
}
