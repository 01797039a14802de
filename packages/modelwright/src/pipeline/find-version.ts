import { openRegistry } from "@modelwright/registry";
import { type LocalVersion, localVersion } from "./local-version.ts";
import { registryLocation } from "./registry-location.ts";

/**
 * Finds a registered version and checks its files against their digests.
 *
 * @param reference `name` (its champion, otherwise its latest), `name@alias` or `name:3`.
 * @param registry The registry's folder or URL. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright`.
 */
export async function findVersion(reference: string, registry?: string): Promise<LocalVersion> {
  const open = await openRegistry(registryLocation(registry));
  try {
    const version = await open.resolve(reference);
    await open.verifyVersion(version);
    return await localVersion(open, version);
  } finally {
    await open.close();
  }
}
