import { access, constants, readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { counted, listed } from "../report-builder.ts";
import type { Table } from "../tables/table.ts";
import { EXTENSION, type TextFile, wholeFile, wholeTexts } from "./text-files.ts";

/** What is no text that can be read, in words: one, and several. */
const OTHERS = {
  dangling: ["link that leads nowhere", "links that lead nowhere"],
  linkedFolder: ["link to a folder", "links to folders"],
  otherFile: [`file without ${EXTENSION}`, `files without ${EXTENSION}`],
  device: ["device or pipe", "devices or pipes"],
  forbidden: ["file that may not be read", "files that may not be read"],
} as const;
type Other = keyof typeof OTHERS;

/** What lies in a folder of texts. */
interface FolderContent {
  /** Paths of text files, relative to the folder. */
  readonly texts: string[];
  /** Paths of what is no text, by what it is. */
  readonly others: Map<Other, string[]>;
}

/**
 * Reads the text files of a folder and of those below it as a table with one row per file, sorted by path.
 *
 * Names end in `.txt`, in any case. Hidden files and folders, whose names begin with a full stop, are passed over; so
 * is whatever else lies there, with a warning that names it.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`.
 */
export async function textFolderTable(folder: TextFile): Promise<Table> {
  const content: FolderContent = { texts: [], others: new Map() };
  await collect(folder.path, "", content);
  const { texts, others } = content;
  if (texts.length === 0)
    throw new ModelwrightError("DATA_EMPTY", { file: folder.name, problem: `no ${EXTENSION} file in it` });
  const warnings = [...others].map(([what, paths]) => {
    const [one, several] = OTHERS[what];
    return `${folder.name}: ${counted(paths.length, one, several)} passed over: ${listed(paths)}`;
  });
  const files = texts.sort().map((name) => wholeFile({ ...folder, path: join(folder.path, name), name }));
  return wholeTexts(folder.name, files, new Set(warnings));
}

/** @param below Of the folder, where the walk has come to. */
async function collect(root: string, below: string, content: FolderContent): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".")) continue;
    const path = join(below, entry.name);
    if (entry.isDirectory()) await collect(root, path, content);
    else {
      const other = await whyNoText(join(root, path));
      if (other === undefined) content.texts.push(path);
      else content.others.set(other, [...(content.others.get(other) ?? []), path]);
    }
  }
}

/** What a path is instead of a text that can be read. Links to folders are not followed: they may lead back. */
async function whyNoText(path: string): Promise<Other | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return "dangling";
  if (found.isDirectory()) return "linkedFolder";
  if (extname(path).toLowerCase() !== EXTENSION) return "otherFile";
  if (!found.isFile()) return "device";
  return access(path, constants.R_OK).then(
    () => undefined,
    () => "forbidden" as const,
  );
}
