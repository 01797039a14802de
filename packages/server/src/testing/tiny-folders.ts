import type { Registry } from "@modelwright/registry";
import type { ModelFolder } from "../inference/messages.ts";
import { wantedVersions } from "../residency/wanted-versions.ts";

/** The folders of every model's champion, by name. */
export async function tinyFolders(registry: Registry): Promise<readonly ModelFolder[]> {
  const { versions } = await wantedVersions(registry, { references: new Set(), everyBut: new Set() });
  return Promise.all(
    [...versions].map(async ([key, { record }]) => ({
      key,
      directory: await registry.materialise(record),
      manifest: record.manifest,
    })),
  );
}
