import { basename, dirname, join, sep } from "node:path";
import { type FolderFiles, folderFiles } from "./folder-files.ts";

const WILDCARD = /[*?]/;

/** Whether a source is a pattern: `*` and `?` stand for parts of a name, `**` for folders. */
export function isPattern(source: string): boolean {
  return WILDCARD.test(source);
}

/** Files that a pattern names, and the folder in which they are. */
export interface PatternFiles extends FolderFiles {
  readonly folder: string;
}

/**
 * Looks for the files that a pattern names, sorted by path. Files and folders whose names begin with a full stop are not
 * found.
 *
 * @param pattern An absolute path with wildcards.
 */
export async function patternFiles(pattern: string): Promise<PatternFiles> {
  let folder = pattern;
  const parts: string[] = [];
  while (isPattern(folder)) {
    parts.unshift(basename(folder));
    folder = dirname(folder);
  }
  const matcher = matcherOf(parts);
  const isWanted = (path: string) => matcher.test(path.split(sep).join("/"));
  const { files } = await folderFiles(folder, { isWanted, others: ["", ""], name: pattern });
  return { folder, files, warnings: [] };
}

function matcherOf(parts: readonly string[]): RegExp {
  const source = parts.map((part, at) => {
    const isLast = at === parts.length - 1;
    if (part === "**") return isLast ? ".*" : "(?:.*/)?";
    const name = part
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^/]*")
      .replaceAll("?", "[^/]");
    return isLast ? name : `${name}/`;
  });
  return new RegExp(`^${source.join("")}$`);
}

/** The path of a file that was found. */
export function foundPath({ folder }: PatternFiles, file: string): string {
  return join(folder, file);
}
