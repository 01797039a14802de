import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { drawSubset } from "../splits/subset.ts";
import { mailText } from "./mail-text.ts";
import type { SourceOptions, SourceRow } from "./source.ts";

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

interface MailRows {
  readonly rows: readonly SourceRow[];
  readonly available: number;
  readonly warnings: readonly string[];
}

const NAMED_IN_WARNING = 5;

/**
 * Reads folders of raw mails. The label is known before a mail is read, so `limit` is drawn first and only the drawn
 * mails are parsed.
 *
 * A mail that cannot be parsed is left out, counted and named in a warning.
 */
export async function readMailFolders(
  root: string,
  options: SourceOptions & { readonly folders: readonly MailFolder[] },
): Promise<MailRows> {
  const files: MailFile[] = [];
  for (const { path, label } of options.folders) {
    const names = (await readdir(join(root, path))).filter((name) => name.endsWith(".txt")).sort();
    files.push(...names.map((file) => ({ folder: path, file, label })));
  }
  const { limit, seed } = options;
  const chosen = limit === undefined ? files : drawSubset(files, { limit, seed, labelOf: (file) => file.label });
  const rows: SourceRow[] = [];
  const failed: string[] = [];
  for (const { folder, file, label } of chosen) {
    const id = `${basename(folder)}/${file.slice(0, -".txt".length)}`;
    try {
      const text = await mailText(await readFile(join(root, folder, file)));
      rows.push({ id, text, label, origin: { file: `${folder}/${file}`, line: 1 } });
    } catch (error) {
      failed.push(`${id} (${error instanceof Error ? error.message : String(error)})`);
    }
    if ((rows.length + failed.length) % 100 === 0) options.onProgress(rows.length + failed.length, chosen.length);
  }
  options.onProgress(chosen.length, chosen.length);
  return { rows, available: files.length, warnings: failed.length === 0 ? [] : [parseWarning(failed)] };
}

function parseWarning(failed: readonly string[]): string {
  const more = failed.length > NAMED_IN_WARNING ? ", …" : "";
  const count = failed.length === 1 ? "1 mail" : `${failed.length} mails`;
  return `${count} could not be parsed and left out: ${failed.slice(0, NAMED_IN_WARNING).join(", ")}${more}`;
}
