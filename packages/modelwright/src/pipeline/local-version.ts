import type { ModelManifest } from "@modelwright/contracts";
import type { Registry, VersionRecord } from "@modelwright/registry";

/** A version whose files lie in a local folder, for reading. */
export interface LocalVersion<Manifest extends ModelManifest = ModelManifest> extends VersionRecord<Manifest> {
  /** Absolute path. */
  readonly directory: string;
}

/** Sees to it that a version's files are here. */
export async function localVersion(registry: Registry, version: VersionRecord): Promise<LocalVersion> {
  return { ...version, directory: await registry.materialise(version) };
}
