import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { taskNames } from "@modelwright/contracts";
import { openRegistry, type Registry } from "@modelwright/registry";
import { registerTinyVersion } from "./tiny-version.ts";

export interface TinyRegistry {
  readonly registry: Registry;
  readonly remove: () => Promise<void>;
}

/** A registry in a folder of its own, with the text classifier `letters` (labels a, b, c) in it. */
export async function openTinyRegistry(): Promise<TinyRegistry> {
  const opened = await openEmptyRegistry();
  await registerTinyVersion(opened.registry, { name: "letters" });
  return opened;
}

/** A registry in a folder of its own, with a model of every task in it, named as its task. */
export async function openRegistryOfAllTasks(): Promise<TinyRegistry> {
  const opened = await openEmptyRegistry();
  for (const task of taskNames) await registerTinyVersion(opened.registry, { name: task, task });
  return opened;
}

async function openEmptyRegistry(): Promise<TinyRegistry> {
  const directory = await mkdtemp(join(tmpdir(), "modelwright-server-"));
  const registry = await openRegistry(directory);
  return {
    registry,
    remove: async () => {
      await registry.close();
      await rm(directory, { recursive: true });
    },
  };
}
