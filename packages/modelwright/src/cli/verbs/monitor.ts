import { extname } from "node:path";
import { ModelwrightError, type MonitorSettings } from "@modelwright/contracts";
import type { AlertRecord } from "@modelwright/registry";
import type { Command } from "commander";
import { keepReference } from "../../monitoring/keep-reference.ts";
import { loadMonitorSettings } from "../../monitoring/load-settings.ts";
import { monitorLines } from "../../monitoring/monitor-lines.ts";
import { monitorOnce } from "../../monitoring/monitor-once.ts";
import { renderMonitorReport } from "../../monitoring/page/render-monitor-report.ts";
import { momentBefore } from "../../monitoring/span.ts";
import { NAMED_ROLES } from "../../tasks/recipe-draft.ts";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { colours } from "../output/colours.ts";
import { checkDocuments, writeDocument } from "../output/write-document.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { type CommonOptions, ENCODING_OPTION } from "../verb.ts";

type Task = RegistryTask<
  CommonOptions & {
    readonly settings?: string;
    readonly since?: string;
    readonly until?: string;
    readonly window?: string;
    readonly out?: string;
    readonly force?: boolean;
    readonly data?: string;
    readonly encoding?: string;
    readonly all?: boolean;
  } & { readonly [Role in (typeof NAMED_ROLES)[number]]?: string }
>;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  check: {
    isDefault: true,
    summary: "compare the recorded traffic of a model with what it was evaluated on (what monitor does by itself)",
    arguments: [["[model]", "name, name@alias or name:version; default: that of the settings"]],
    options: [
      ["--since <when>", "predictions from then on: a span such as 12h or 7d, or a moment (default: 7d)"],
      ["--until <when>", "predictions before: likewise (default: now)"],
      ["--window <span>", "how long a part of that time is, in the report (default: a seventh)"],
      ["--out <file>", "the report as a page; the JSON gets the same name"],
      ["--force", "overwrite files that exist"],
      ["--settings <file>", "YAML that says what is too much, and who is told"],
    ],
    example: "check tickets --since 24h",
    run: check,
  },
  reference: {
    summary: "give a version what its traffic is compared with, from a labelled file",
    arguments: [["<model>", "name, name@alias or name:version"]],
    options: [
      ["--data <file>", "labelled rows, as evaluate reads them"],
      ["--text <column>", "column that holds the text; default: the one it was trained with"],
      ["--second <column>", "column of the second text of a pair; default: likewise"],
      ["--label <column>", "column that holds the label; default: likewise"],
      ["--labels <column>", "column that holds several labels per row; default: likewise"],
      ["--target <column>", "column that holds the number; default: likewise"],
      ENCODING_OPTION,
    ],
    example: "reference tickets:2 --data june.csv",
    run: reference,
  },
  alerts: {
    summary: "what asks to be looked at, since when, and who was told",
    arguments: [["[model]", "only of what was watched under this name (default: all)"]],
    options: [["--all", "those that are closed as well"]],
    example: "alerts",
    run: alerts,
  },
};

export function monitorVerb(): Command {
  return verbOnRegistry(
    "monitor",
    {
      description:
        "Watches the traffic of models that a server records: drift of what comes in and goes out, quality by labels and without them, failures and latency. Ends with code 3 where something asks to be looked at.",
      examples: [
        "modelwright monitor tickets",
        "modelwright monitor tickets@champion --since 24h --out tickets.html",
        "modelwright monitor --settings tickets.monitor.yaml",
      ],
    },
    SUB_VERBS,
  );
}

async function check(task: Task): Promise<SubVerbAnswer> {
  const { registry, args, options, width, progress, note } = task;
  const { settings, folder } = await settingsOf(options.settings);
  const model = args[0] ?? settings?.model;
  if (model === undefined) {
    throw new ModelwrightError("CLI_USAGE", {
      problem: "missing a model to monitor",
      help: "modelwright monitor check --help",
    });
  }
  const files = filesOf(options.out);
  await checkDocuments(files, options.force === true);
  const { since, until, window } = options;
  const now = until === undefined ? new Date() : momentBefore(until, { now: new Date(), option: "--until" });
  const monitored = await monitorOnce(registry, {
    model,
    ...(settings === undefined ? {} : { settings }),
    folder,
    now,
    ...(since === undefined ? {} : { since }),
    ...(window === undefined ? {} : { window }),
    onProgress: (predictions) => progress(`reading: ${counted(predictions, "prediction")}`),
  });
  const { report, alerts } = monitored;
  const [page, json] = files;
  if (page !== undefined && json !== undefined) {
    await writeDocument(json, `${JSON.stringify(report, undefined, 1)}\n`);
    await writeDocument(page, renderMonitorReport(report));
  }
  for (const failure of alerts.failed) note(colours.yellow(plainText(failure.message)));
  const written = [...files, ...(monitored.files === undefined ? [] : Object.values(monitored.files))];
  return {
    json: { report, files: written, alerts: { ...alerts, failed: alerts.failed.map((failure) => failure.toJSON()) } },
    lines: [
      ...monitorLines(report, width),
      ...(written.length === 0 ? [] : ["", `Wrote ${written.map((file) => colours.bold(file)).join(", ")}.`]),
      ...alertLines(alerts),
    ],
    ...(report.verdict === "alert" ? { exitCode: EXIT_CODES.alert } : {}),
  };
}

async function settingsOf(path: string | undefined): Promise<{ settings?: MonitorSettings; folder: string }> {
  return path === undefined ? { folder: process.cwd() } : loadMonitorSettings(path);
}

/** The page and the JSON beside it; none where no page is asked for. */
function filesOf(out: string | undefined): string[] {
  if (out === undefined) return [];
  if (!/^\.html?$/i.test(extname(out))) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "--out",
      rule: "a file that ends with .html",
      got: out,
    });
  }
  return [out, out.replace(/\.html?$/i, ".json")];
}

function alertLines({ opened, kept, closed, told }: Awaited<ReturnType<typeof monitorOnce>>["alerts"]): string[] {
  const of = (alerts: readonly AlertRecord[]) => alerts.map(({ check }) => check).join(", ");
  const lines = [
    ...(opened.length === 0 ? [] : [`Opened: ${of(opened)}.`]),
    ...(kept.length === 0 ? [] : [`Still open: ${of(kept)}.`]),
    ...(closed.length === 0 ? [] : [`Closed: ${of(closed)}.`]),
    ...told.map(({ channel, event, check }) => `Told ${plainText(channel)} that ${check} ${event}.`),
  ];
  return lines.length === 0 ? [] : ["", ...lines];
}

async function reference({ registry, args: [model = ""], options, progress }: Task): Promise<SubVerbAnswer> {
  const { data, encoding } = options;
  if (data === undefined) {
    throw new ModelwrightError("CLI_USAGE", {
      problem: "missing --data, a file of labelled rows",
      help: "modelwright monitor reference --help",
    });
  }
  const columns = Object.fromEntries(
    NAMED_ROLES.flatMap((role) => (options[role] === undefined ? [] : [[role, options[role]]])),
  );
  progress(`reading ${data}`);
  const kept = await keepReference(registry, model, { source: data, columns, encoding }).catch((error: unknown) => {
    throw inTermsOfArguments(error, data);
  });
  const { version, reference } = kept;
  const names = Object.keys(reference.columns);
  return {
    json: { name: version.name, version: version.version, rows: reference.rows, columns: names },
    lines: [
      `The traffic of ${colours.bold(`${version.name}:${version.version}`)} is compared with ${counted(reference.rows, "row")} of ${plainText(data)} from now on:`,
      ...names.map((name) => `  ${plainText(name)}`),
    ],
  };
}

async function alerts({ registry, args: [watched], options, width }: Task): Promise<SubVerbAnswer> {
  const found = await registry.stores.alerts.list({
    ...(watched === undefined ? {} : { watched }),
    ...(options.all === true ? {} : { state: "open" as const }),
  });
  const json = { registry: registry.location, alerts: found };
  if (found.length === 0) {
    return {
      json,
      lines: [options.all === true ? "There was no alert." : "No alert is open (--all: those that were)."],
    };
  }
  const rows = found.map(({ watched, check, openedAt, closedAt, told, text }) => [
    plainText(watched),
    check,
    moment(openedAt),
    closedAt === undefined ? "open" : moment(closedAt),
    told.length === 0 ? "nobody" : plainText(told.join(", ")),
    plainText(text),
  ]);
  return { json, lines: table(["watched", "check", "since", "until", "told", "what was found"], rows, width) };
}
