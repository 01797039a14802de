import { ModelwrightError } from "../errors/modelwright-error.ts";

/**
 * Loads a library that comes only with what needs it, an optional peer of the package.
 *
 * @param peer.name The package that npm installs.
 * @param peer.load Imports it.
 * @param peer.purpose What it is needed for, in words: "Parquet files".
 * @throws {ModelwrightError} `PEER_MISSING` where it is not installed.
 */
export async function importPeer<Module>({
  name,
  load,
  purpose,
}: {
  readonly name: string;
  readonly load: () => Promise<Module>;
  readonly purpose: string;
}): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new ModelwrightError("PEER_MISSING", { package: name, purpose }, { cause });
  }
}

/** Also of a part of it: npm leaves out the binaries of a platform that a lock file does not know. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND")
  );
}
