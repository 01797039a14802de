import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ModelwrightError, parseScheduleSettings, type ScheduleSettings } from "@modelwright/contracts";
import { openRegistry, type Registry } from "@modelwright/registry";
import type { Command } from "commander";
import { readYaml } from "../../pipeline/read-yaml.ts";
import { registryLocation } from "../../pipeline/registry-location.ts";
import type { JobNote } from "../../schedule/due.ts";
import { type JobRun, leaseName, runDue } from "../../schedule/run-schedule.ts";
import { watchSchedule } from "../../schedule/watch-schedule.ts";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { table } from "../../wording/table.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Screen } from "../output/screen.ts";
import { stopOnInterrupt } from "../training/stop-on-interrupt.ts";
import { type CommonOptions, verb } from "../verb.ts";

interface ScheduleOptions extends CommonOptions {
  readonly once?: boolean;
  readonly status?: boolean;
}

/** How often it looks whether a job is due. */
const LOOK_MS = 5000;

const EXAMPLE = `
A schedule:
  jobs:
    - { name: watch, action: monitor, model: tickets, settings: monitor.yaml, when: { cron: "*/15 * * * *" } }
    - { name: learn, action: retrain, model: tickets, canary: true, when: { feedback: 200 } }
    - { name: drifted, action: retrain, model: tickets, when: { alert: inputs } }
    - { name: ramp, action: step, model: tickets, when: { cron: "0 * * * *" } }
    - { name: forget, action: expire, days: 90, when: { cron: "0 3 * * *", timezone: Europe/Berlin } }`;

export function scheduleVerb(): Command {
  return verb("schedule", {
    examples: [
      "modelwright schedule jobs.yaml",
      "modelwright schedule jobs.yaml --once",
      "modelwright schedule jobs.yaml --status",
    ],
  })
    .argument("<file>", "what is to be done, and when: .yaml or .json")
    .option("--once", "do what is due now, and end: for cron or a timer of systemd")
    .option("--status", "say what was done last, and who is at it; nothing is done")
    .addHelpText("after", EXAMPLE)
    .action(schedule);
}

async function schedule(path: string, options: ScheduleOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ModelwrightError("RECIPE_NOT_FOUND", { path }, { cause });
  });
  const settings = parseScheduleSettings(readYaml(text, path), path);
  const location = registryLocation(options.registry);
  const registry = await openRegistry(location);
  const interrupt = stopOnInterrupt(() =>
    screen.note("Stopping: the job under way is finished first, as far as it can be."),
  );
  try {
    if (options.status === true) return await tellStatus(screen, registry, settings);
    const context = {
      ...{ registry, location, folder: dirname(resolve(path)), signal: interrupt.signal },
      onStart: (name: string, why: string) => screen.note(`${plainText(name)}: ${why}`),
    };
    const onRun = (run: JobRun) => screen.say(lineOf(run));
    if (options.once !== true) {
      await watchSchedule(settings, {
        ...context,
        everyMs: LOOK_MS,
        onRun,
        onAway: (error) =>
          screen.note(error === undefined ? "the registry is there again" : `the registry is away: ${error.message}`),
      });
      return screen.result({ jobs: [] });
    }
    const all = await runDue(settings, context);
    for (const run of all) onRun(run);
    if (all.length === 0) screen.say("Nothing is due.");
    if (all.some(({ note }) => note.failed === true)) process.exitCode = EXIT_CODES.failure;
    screen.result({ jobs: all });
  } finally {
    interrupt.release();
    await registry.close();
  }
}

function lineOf({ name, note }: JobRun): string {
  return `${moment(note.at)}  ${plainText(name)}${note.failed === true ? " failed" : ""}: ${plainText(note.outcome ?? "")}`;
}

async function tellStatus(screen: Screen, registry: Registry, { jobs }: ScheduleSettings): Promise<void> {
  const leases = new Map((await registry.stores.leases.list()).map((lease) => [lease.name, lease]));
  const states = jobs.map((job) => {
    const lease = leases.get(leaseName(job));
    return {
      name: job.name,
      action: job.action,
      when: job.when,
      holder: lease?.holder,
      last: lease?.note as JobNote | undefined,
    };
  });
  const rows = states.map(({ name, action, when, holder, last }) => [
    plainText(name),
    action,
    Object.values(when).join(" "),
    last?.outcome === undefined ? "–" : `${moment(last.at)}${last.failed === true ? ", failed" : ""}`,
    holder === undefined ? "–" : plainText(holder),
    plainText(last?.outcome ?? "–"),
  ]);
  screen.say(...table(["job", "action", "when", "last", "at it now", "what came of it"], rows, screen.width));
  screen.result({ jobs: states });
}
