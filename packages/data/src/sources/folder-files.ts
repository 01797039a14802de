import { access, constants, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { counted, listed } from "../report-builder.ts";

/** What is no file that is wanted, in words: one, and several. */
const OTHERS = {
  dangling: ["link that leads nowhere", "links that lead nowhere"],
  linkedFolder: ["link to a folder", "links to folders"],
  device: ["device or pipe", "devices or pipes"],
  forbidden: ["file that may not be read", "files that may not be read"],
} as const;
type Other = keyof typeof OTHERS | "otherFile";

/** What lies in a folder and those below it. */
export interface FolderFiles {
  /** Paths of the files that are wanted, relative to the folder, sorted. */
  readonly files: readonly string[];
  /** What was passed over, in words that name it. */
  readonly warnings: readonly string[];
}

interface Wanted {
  /** Looks at a path relative to the folder. */
  readonly isWanted: (path: string) => boolean;
  /** Files that are not wanted, in words: one, and several. */
  readonly others: readonly [one: string, several: string];
  /** What messages call the folder. */
  readonly name: string;
}

/**
 * Looks for files in a folder and in those below it. Hidden files and folders, whose names begin with a full stop, are
 * passed over in silence, links to folders are not followed: they may lead back.
 */
export async function folderFiles(root: string, { isWanted, others: words, name }: Wanted): Promise<FolderFiles> {
  const files: string[] = [];
  const others = new Map<Other, string[]>();
  const collect = async (below: string): Promise<void> => {
    const entries = await readdir(join(root, below), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".")) continue;
      const path = join(below, entry.name);
      if (entry.isDirectory()) await collect(path);
      else {
        const other = await whyNot(join(root, path), isWanted(path));
        if (other === undefined) files.push(path);
        else others.set(other, [...(others.get(other) ?? []), path]);
      }
    }
  };
  await collect("");
  const warnings = [...others].map(([what, paths]) => {
    const [one, several] = what === "otherFile" ? words : OTHERS[what];
    return `${name}: ${counted(paths.length, one, several)} passed over: ${listed(paths)}`;
  });
  return { files: files.sort(), warnings };
}

async function whyNot(path: string, isWanted: boolean): Promise<Other | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return "dangling";
  if (found.isDirectory()) return "linkedFolder";
  if (!isWanted) return "otherFile";
  if (!found.isFile()) return "device";
  return access(path, constants.R_OK).then(
    () => undefined,
    () => "forbidden" as const,
  );
}
