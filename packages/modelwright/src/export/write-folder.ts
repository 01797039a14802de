import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";

/** Paths below a folder, with what is to stand there. */
export type FolderFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * Makes a folder that does not exist yet: it appears when it is complete, or not at all.
 *
 * @param fill Writes into the folder, which has another name until it is done.
 * @returns Its absolute path.
 * @throws {ModelwrightError} `REGISTRY_TARGET_EXISTS`, `CLI_OUTPUT_UNWRITABLE`.
 */
export async function writeFolder(folder: string, fill: (unfinished: string) => Promise<void>): Promise<string> {
  const target = resolve(folder);
  await refuseExisting(target);
  const unfinished = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    await mkdir(unfinished, { recursive: true });
    await fill(unfinished);
    await refuseExisting(target);
    await rename(unfinished, target);
    return target;
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    const { code, message } = cause as NodeJS.ErrnoException;
    if (cause instanceof ModelwrightError || code === undefined) throw cause;
    throw new ModelwrightError("CLI_OUTPUT_UNWRITABLE", { path: folder, problem: message }, { cause });
  }
}

export async function writeFiles(folder: string, files: FolderFiles): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/**
 * Writes what only its owner may see. Containers run as another user and are given the files one by one: so it is the
 * folder that nobody else can enter.
 */
export async function writeSecrets(folder: string, secrets: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  for (const [name, secret] of Object.entries(secrets)) await writeFile(join(folder, name), secret, { mode: 0o644 });
}

async function refuseExisting(target: string): Promise<void> {
  if ((await lstat(target).catch(() => undefined)) !== undefined)
    throw new ModelwrightError("REGISTRY_TARGET_EXISTS", { target });
}
