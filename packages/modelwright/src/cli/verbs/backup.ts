import { type Backup, backUpRegistry, registryPlace } from "@modelwright/registry";
import type { Command } from "commander";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { backupText } from "../../wording/backup.ts";
import { Screen } from "../output/screen.ts";
import { type CommonOptions, verb } from "../verb.ts";

export function backupVerb(): Command {
  return verb("backup", {
    examples: [
      "modelwright backup /backups/2026-11-28",
      "modelwright backup ./copy --registry 'postgres://models@db.example/models?files=/srv/models'",
    ],
  })
    .argument("<folder>", "a folder that does not exist yet")
    .action(backup);
}

async function backup(folder: string, { registry, json = false }: CommonOptions): Promise<void> {
  const screen = new Screen({ json });
  const url = registryLocation(registry);
  const { location } = registryPlace(url);
  screen.progress(`reading the records of ${location}`);
  const onCopied = ({ title, done, of }: { title: string; done: number; of: number }) =>
    screen.progress(`${title} copied, ${done} of ${of}`);
  const made: Backup = await backUpRegistry(url, folder, { onCopied });
  screen.endProgress();
  screen.say(`${location}: ${backupText(made)} to ${made.folder}`);
  screen.say(`Restore it with: modelwright restore ${made.folder} --registry <one that is not there yet>`);
  screen.result({ registry: location, ...made });
}
