import { openRegistry, type VersionRecord } from "@modelwright/registry";
import { registryDirectory } from "./registry-directory.ts";

/**
 * Finds a registered version and checks its files against their digests.
 *
 * @param reference `name` (its champion, otherwise its latest), `name@alias` or `name:3`.
 * @param registry The registry's folder. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright`.
 */
export async function findVersion(reference: string, registry?: string): Promise<VersionRecord> {
  const open = await openRegistry({ directory: registryDirectory(registry) });
  try {
    const version = await open.resolve(reference);
    await open.verifyVersion(version);
    return version;
  } finally {
    await open.close();
  }
}
