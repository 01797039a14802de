import { type AuditRecord, openRegistry } from "@modelwright/registry";
import type { Command } from "commander";
import { momentBefore } from "../../monitoring/span.ts";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { schemaChangeText } from "../../wording/schema-change.ts";
import { table } from "../../wording/table.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { type CommonOptions, verb } from "../verb.ts";

const SHOWN = 100;

interface AuditOptions extends CommonOptions {
  readonly model?: string;
  readonly since?: string;
  readonly all?: boolean;
}

export function auditVerb(): Command {
  return verb("audit", {
    examples: ["modelwright audit --model tickets --since 30d", "modelwright audit --all --json"],
  })
    .option("--model <name>", "only what was done to this model")
    .option("--since <when>", "from then on: a span such as 12h or 30d, or a moment (default: all)")
    .option("--all", `every row (default: the newest ${SHOWN})`)
    .action(audit);
}

async function audit({ model, since, all = false, json = false, ...options }: AuditOptions): Promise<void> {
  const screen = new Screen({ json });
  const filter = {
    ...(model !== undefined && { model }),
    ...(since !== undefined && {
      since: momentBefore(since, { now: new Date(), option: "--since" }).toISOString(),
    }),
    ...(!all && { limit: SHOWN }),
  };
  const registry = await openRegistry(registryLocation(options.registry), {
    onMigrated: (change) => screen.note(schemaChangeText(change)),
  });
  try {
    const page = await registry.stores.audit.list(filter);
    const { records, earlier, missing, unreadable } = page;
    if (records.length === 0) screen.say(`Nothing of that kind was done in ${registry.location}.`);
    else screen.say(...table(["when", "who", "from", "what", "to", "with"], records.map(rowOf), screen.width));
    if (earlier > 0) screen.note(`${earlier} earlier ones: --all shows them`);
    for (const { record, field, problem } of unreadable) {
      screen.note(colours.yellow(`${record} cannot be read: ${field}: ${plainText(problem)}`));
    }
    if (missing > 0) {
      const rows = missing === 1 ? "1 row was" : `${missing} rows were`;
      screen.note(colours.yellow(`${rows} taken out of the table by hand: the numbers have gaps`));
    }
    screen.result({ registry: registry.location, ...page });
  } finally {
    await registry.close();
  }
}

function rowOf({ at, by, action, target, details, outcome }: AuditRecord): string[] {
  return [
    moment(at),
    plainText(by.kind === "key" ? `key ${by.name} (${by.key})` : (by.name ?? by.kind)),
    plainText(by.from),
    outcome === "done" ? action : `${action}: ${outcome}`,
    plainText(target),
    plainText(
      Object.entries(details)
        .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(", ") : (value ?? "none")}`)
        .join("; ") || "–",
    ),
  ];
}
