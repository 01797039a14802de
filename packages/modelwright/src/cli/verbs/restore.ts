import { ModelwrightError } from "@modelwright/contracts";
import { registryPlace, restoreRegistry } from "@modelwright/registry";
import type { Command } from "commander";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { backupText } from "../../wording/backup.ts";
import { Screen } from "../output/screen.ts";
import { type CommonOptions, verb } from "../verb.ts";

export function restoreVerb(): Command {
  return verb("restore", {
    examples: [
      "modelwright restore /backups/2026-11-28",
      "modelwright restore ./copy --registry 'postgres://models@db.example/models?files=/srv/models'",
    ],
  })
    .argument("<folder>", "what modelwright backup wrote")
    .option("--if-empty", "do nothing where the registry holds something already, for a start that may be repeated")
    .action(restore);
}

interface RestoreOptions extends CommonOptions {
  readonly ifEmpty?: boolean;
}

async function restore(folder: string, { registry, json = false, ifEmpty = false }: RestoreOptions): Promise<void> {
  const screen = new Screen({ json });
  const url = registryLocation(registry);
  const { location } = registryPlace(url);
  screen.progress(`comparing the records in ${folder} with their digests`);
  const onCopied = ({ title, done, of }: { title: string; done: number; of: number }) =>
    screen.progress(`${title} copied, ${done} of ${of}`);
  const restored = await restoreRegistry(folder, url, { onCopied }).catch((error: unknown) => {
    if (ifEmpty && error instanceof ModelwrightError && error.code === "REGISTRY_NOT_EMPTY") return undefined;
    throw error;
  });
  screen.endProgress();
  screen.say(
    restored === undefined
      ? `${location} holds something already; nothing was done`
      : `${folder}: ${backupText(restored)} to ${location}`,
  );
  screen.result({ registry: location, folder, restored: restored !== undefined, ...restored });
}
