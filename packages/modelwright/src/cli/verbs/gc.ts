import { ModelwrightError, SPAN_PATTERN } from "@modelwright/contracts";
import { collectGarbage, type Garbage, type GarbagePiece, openRegistry, registryPlace } from "@modelwright/registry";
import type { Command } from "commander";
import { spanMs } from "../../monitoring/span.ts";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { settleKilledRuns } from "../../pipeline/run-process.ts";
import { GARBAGE_WORDS } from "../../wording/garbage.ts";
import { bytes } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { Screen } from "../output/screen.ts";
import { type CommonOptions, verb } from "../verb.ts";

interface GcOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly olderThan: string;
}

/** Of what goes, the largest are named. */
const NAMED = 5;

export function gcVerb(): Command {
  return verb("gc", { examples: ["modelwright gc --dry-run", "modelwright gc --older-than 7d"] })
    .option("--dry-run", "only say what would be removed")
    .option("--older-than <span>", "only what nobody has touched for so long: 12h, 1d, 4w", "1d")
    .action(gc);
}

async function gc({ registry, dryRun = false, olderThan, json = false }: GcOptions): Promise<void> {
  if (!SPAN_PATTERN.test(olderThan)) {
    const rule = "a span such as 30m, 12h, 1d or 4w";
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--older-than", rule, got: olderThan });
  }
  const screen = new Screen({ json });
  const url = registryLocation(registry);
  const place = registryPlace(url);
  screen.progress(`looking at ${place.location}`);
  if (!dryRun && (await place.probe()).exists) await settleRuns(url);
  const found: Garbage = await collectGarbage(url, {
    dryRun,
    olderThan: spanMs(olderThan),
    onFound: ({ title }) => screen.progress(title),
  });
  screen.endProgress();
  screen.say(...lines(found, { olderThan, width: screen.width }));
  screen.result({ olderThan, ...found });
}

/** A run whose process was killed is over, or can be resumed. */
async function settleRuns(url: string): Promise<void> {
  const registry = await openRegistry(url);
  try {
    await settleKilledRuns(registry);
  } finally {
    await registry.close();
  }
}

function lines(
  { registry, dryRun, pieces, kinds, sizeBytes }: Garbage,
  { olderThan, width }: { readonly olderThan: string; readonly width: number },
): string[] {
  if (pieces.length === 0) return [`${registry}: nothing that nobody has touched for ${olderThan} can go.`];
  const rows = kinds.map(({ kind, count, sizeBytes: size }) => [GARBAGE_WORDS[kind], String(count), bytes(size)]);
  const largest = [...pieces].sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, NAMED);
  return [
    ...table(["what", "how many", "size"], rows, width),
    "",
    "The largest:",
    ...largest.map(({ title, sizeBytes: size }: GarbagePiece) => `  ${bytes(size)}  ${title}`),
    "",
    dryRun
      ? `${registry}: ${bytes(sizeBytes)} would be removed. Do it with: modelwright gc --older-than ${olderThan}`
      : `${registry}: removed ${bytes(sizeBytes)}.`,
  ];
}
