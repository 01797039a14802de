import { migrateRegistry, registryPlace, type SchemaChange } from "@modelwright/registry";
import type { Command } from "commander";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { schemaChangeText } from "../../wording/schema-change.ts";
import { Screen } from "../output/screen.ts";
import { type CommonOptions, verb } from "../verb.ts";

interface MigrateOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

export function migrateVerb(): Command {
  return verb("migrate", {
    examples: [
      "modelwright migrate --dry-run",
      "modelwright migrate --registry 'postgres://models@db.example/models?files=/srv/models'",
    ],
  })
    .option("--dry-run", "only say what would be done")
    .action(migrate);
}

async function migrate({ registry, dryRun = false, json = false }: MigrateOptions): Promise<void> {
  const screen = new Screen({ json });
  const url = registryLocation(registry);
  const { location } = registryPlace(url);
  screen.progress(`looking at ${location}`);
  const change = await migrateRegistry(url, { dryRun });
  screen.say(...lines(location, change, dryRun));
  screen.result({ registry: location, dryRun, ...change });
}

function lines(location: string, change: SchemaChange, dryRun: boolean): string[] {
  const { from, to, steps } = change;
  if (steps.length === 0) return [`${location} has the newest schema, ${to}; there is nothing to do.`];
  if (from === 0) return [`${location} ${dryRun ? "would be" : "was"} made, with schema ${to}.`];
  if (!dryRun) return [`${location}: ${schemaChangeText(change)}.`];
  return [
    `${location} has schema ${from}. These steps would be taken, after a copy of its records:`,
    ...steps.map((name, index) => `  ${from + 1 + index}  ${name}`),
  ];
}
