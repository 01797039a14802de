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
    .action(restore);
}

async function restore(folder: string, { registry, json = false }: CommonOptions): Promise<void> {
  const screen = new Screen({ json });
  const url = registryLocation(registry);
  const { location } = registryPlace(url);
  screen.progress(`comparing the records in ${folder} with their digests`);
  const onCopied = ({ title, done, of }: { title: string; done: number; of: number }) =>
    screen.progress(`${title} copied, ${done} of ${of}`);
  const restored = await restoreRegistry(folder, url, { onCopied });
  screen.endProgress();
  screen.say(`${folder}: ${backupText(restored)} to ${location}`);
  screen.result({ registry: location, folder, ...restored });
}
