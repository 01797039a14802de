import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addCommonOptions } from "./common-options.ts";

/** A verb as the program's help lists it, and its file. */
interface VerbRow {
  readonly summary: string;
  readonly load: (words?: readonly string[]) => Promise<Command>;
}

/** Every verb, in the order in which one needs them; a file is loaded only when its verb is. */
const VERBS: Readonly<Record<string, VerbRow>> = {
  init: {
    summary: "write a recipe from a look at your data, or a sample to try",
    load: async () => (await import("./verbs/init.ts")).initVerb(),
  },
  data: {
    summary: "look at data before training: preview, inspect, and report as a page",
    load: async (words) => (await import("./verbs/data.ts")).dataVerb(words),
  },
  train: {
    summary: "train, evaluate and keep a model as a recipe says",
    load: async () => (await import("./verbs/train.ts")).trainVerb(),
  },
  runs: {
    summary: "list, show, compare and remove training runs",
    load: async () => (await import("./verbs/runs.ts")).runsVerb(),
  },
  experiments: {
    summary: "list experiments: the runs of one recipe's name, the best of them and the last",
    load: async () => (await import("./verbs/experiments.ts")).experimentsVerb(),
  },
  evaluate: {
    summary: "evaluate a kept model on a labelled file, a language model on running text",
    load: async () => (await import("./verbs/evaluate.ts")).evaluateVerb(),
  },
  predict: {
    summary: "label, continue, answer, rewrite, fill in or embed texts from the command line, a file or a pipe",
    load: async () => (await import("./verbs/predict.ts")).predictVerb(),
  },
  search: {
    summary: "find the texts of a file that are nearest to a query, by an embedding model",
    load: async () => (await import("./verbs/search.ts")).searchVerb(),
  },
  models: {
    summary: "list, show, promote, roll back, verify and delete models",
    load: async () => (await import("./verbs/models.ts")).modelsVerb(),
  },
  tag: {
    summary: "put tags on a run, a model or a version, by which lists are narrowed",
    load: async () => (await import("./verbs/tag.ts")).tagVerb(),
  },
  note: {
    summary: "write down what is known of a run, a model or a version",
    load: async () => (await import("./verbs/note.ts")).noteVerb(),
  },
  export: {
    summary: "write a model into a folder that runs elsewhere: a service with its Dockerfile, or the ONNX graph",
    load: async () => (await import("./verbs/export.ts")).exportVerb(),
  },
  serve: {
    summary: "answer over HTTP",
    load: async () => (await import("./verbs/serve.ts")).serveVerb(),
  },
  worker: {
    summary: "answer a queue: the jobs that programs put on Redis through BullMQ",
    load: async () => (await import("./verbs/worker.ts")).workerVerb(),
  },
  traffic: {
    summary: "compare a new version with the champion on real requests: canary, split, shadow",
    load: async () => (await import("./verbs/traffic.ts")).trafficVerb(),
  },
  retrain: {
    summary: "train a version anew, from its data and what production has taught since",
    load: async () => (await import("./verbs/retrain.ts")).retrainVerb(),
  },
  schedule: {
    summary: "retrain, monitor, step and expire by time, feedback and alerts",
    load: async () => (await import("./verbs/schedule.ts")).scheduleVerb(),
  },
  keys: {
    summary: "make, list and revoke the keys by which programs may use a server",
    load: async () => (await import("./verbs/keys.ts")).keysVerb(),
  },
  audit: {
    summary: "who made and revoked keys, moved aliases, divided traffic, decided on feedback and deleted what",
    load: async () => (await import("./verbs/audit.ts")).auditVerb(),
  },
  predictions: {
    summary: "look at the predictions that servers record; write, erase and expire them",
    load: async () => (await import("./verbs/predictions.ts")).predictionsVerb(),
  },
  feedback: {
    summary: "look at what became known of predictions; bring it in from a file, accept and reject it",
    load: async () => (await import("./verbs/feedback.ts")).feedbackVerb(),
  },
  review: {
    summary: "find the predictions that are worth a label, label them, and see how far people agree",
    load: async () => (await import("./verbs/review.ts")).reviewVerb(),
  },
  monitor: {
    summary: "compare the traffic of a model with what it was evaluated on, and tell whom it concerns",
    load: async () => (await import("./verbs/monitor.ts")).monitorVerb(),
  },
  backup: {
    summary: "copy a registry into a folder: every record, version and artifact of one moment",
    load: async () => (await import("./verbs/backup.ts")).backupVerb(),
  },
  restore: {
    summary: "make a registry, of any kind, from what backup wrote",
    load: async () => (await import("./verbs/restore.ts")).restoreVerb(),
  },
  gc: {
    summary: "remove what nothing refers to any more: files of deleted versions and runs, broken uploads, old copies",
    load: async () => (await import("./verbs/gc.ts")).gcVerb(),
  },
  migrate: {
    summary: "bring a registry of an older Modelwright to the newest schema",
    load: async () => (await import("./verbs/migrate.ts")).migrateVerb(),
  },
  doctor: {
    summary: "check that this machine can train and serve, or what can be trained of a pretrained model",
    load: async () => (await import("./verbs/doctor.ts")).doctorVerb(),
  },
};

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The names of all verbs. */
export const verbNames: readonly string[] = Object.keys(VERBS);

/**
 * The command line as data: runs nothing until it is given arguments, and throws instead of ending the process.
 *
 * @param loaded Verbs that will be asked for more than a line of the program's help. Each costs time to load; the
 * others are only listed. Default: all.
 * @param words What the command line says, by which a verb with many sub-verbs loads only the one that is meant. Default: all.
 */
export async function createProgram(
  loaded: readonly string[] = verbNames,
  words?: readonly string[],
): Promise<Command> {
  const program = new Command("modelwright")
    .description("Turns your own data into a model in production, and keeps it good.")
    .version(version, "-V, --version", "print the version")
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText("after", "\nStart with:\n  $ modelwright init\n  $ modelwright init my-data.csv");
  for (const [name, { summary, load }] of Object.entries(VERBS)) {
    const command = loaded.includes(name) ? await load(words) : new Command(name);
    command.summary(summary);
    if (command.description() === "") command.description(summary);
    program.addCommand(command);
  }
  complete(program);
  return program;
}

/** Errors are thrown and told in one place; only help and version are written by commander. */
function complete(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} });
  if (command.commands.length === 0) addCommonOptions(command);
  for (const child of command.commands) complete(child);
}
