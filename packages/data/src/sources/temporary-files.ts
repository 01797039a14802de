import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: Promise<string> | undefined;
let files = 0;

/**
 * A path for a file that comes from elsewhere, in a folder that is removed when the thread ends: tables are read anew as
 * often as somebody asks for their rows.
 *
 * @param name What the file is called.
 */
export async function temporaryFile(name: string): Promise<string> {
  folder ??= makeFolder();
  return join(await folder, `${++files}-${name.replaceAll(/[^\w.-]/g, "_").slice(-100)}`);
}

async function makeFolder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "modelwright-data-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}
