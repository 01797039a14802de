import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRegistry, type Registry } from "@modelwright/registry";
import { registerTinyVersion } from "./tiny-version.ts";

/** A registry in a folder of its own, with `letters` (labels a, b, c) in it. */
export async function openTinyRegistry(): Promise<{
  readonly registry: Registry;
  readonly remove: () => Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), "modelwright-server-"));
  const registry = await openRegistry(directory);
  await registerTinyVersion(registry, { name: "letters" });
  return {
    registry,
    remove: async () => {
      await registry.close();
      await rm(directory, { recursive: true });
    },
  };
}
