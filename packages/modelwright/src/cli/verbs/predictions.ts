import { ModelwrightError } from "@modelwright/contracts";
import type { Command } from "commander";
import { momentBefore } from "../../monitoring/span.ts";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import { writeTable } from "../tables/write-table.ts";
import type { CommonOptions } from "../verb.ts";

type Task = RegistryTask<
  CommonOptions & {
    readonly since?: string;
    readonly out?: string;
    readonly force?: boolean;
    readonly before?: string;
  }
>;

const SINCE = ["--since <when>", "from then on: a span such as 12h or 7d, or a moment (default: all)"] as const;

/** What a file of predictions holds. */
const COLUMNS = ["prediction", "version", "arm", "at", "latencyMs", "subject", "item", "answer", "error"] as const;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  list: {
    summary: "how many predictions of a model are recorded, by version and part of the traffic",
    arguments: [["[model]", "name of a model; default: every model"]],
    options: [[...SINCE]],
    example: "list tickets --since 7d",
    run: list,
  },
  show: {
    summary: "one prediction, with all that is recorded of it",
    arguments: [["<id>", "of an answer, a full stop and the index of the item"]],
    example: "show 0198f3a0-5c1e-7d35-9a51-6c0f2e7b8d14.0",
    run: show,
  },
  export: {
    summary: "write the predictions of a model into a file, to be looked at or labelled",
    arguments: [["<model>", "name of a model"]],
    options: [["--out <file>", "CSV or JSON Lines"], ["--force", "overwrite a file that exists"], [...SINCE]],
    example: "export tickets --since 7d --out predictions.csv",
    run: exportFile,
  },
  erase: {
    summary: "remove all predictions about somebody, and the feedback on them, for good",
    arguments: [["<subject>", "as clients name whom a request is about, in the header x-subject-id"]],
    example: "erase customer-17",
    run: erase,
  },
  expire: {
    summary: "remove old predictions; those with accepted feedback stay, to be learnt from",
    arguments: [],
    options: [["--before <when>", "older than a span such as 90d, or before a moment (required)"]],
    example: "expire --before 90d",
    run: expire,
  },
};

export function predictionsVerb(): Command {
  return verbOnRegistry(
    "predictions",
    {
      description:
        "Looks after the predictions that servers record: modelwright serve --record answers, or --record items.",
      examples: ["modelwright predictions list", "modelwright predictions erase customer-17"],
    },
    SUB_VERBS,
  );
}

async function list({ registry, args: [model], options, width }: Task): Promise<SubVerbAnswer> {
  if (model !== undefined) await registry.resolve(model);
  const names = model === undefined ? (await registry.listModels()).map(({ name }) => name) : [model];
  const from = fromOf(options);
  const tallies = [];
  for (const name of names) {
    for (const tally of await registry.stores.predictions.tally({ model: name, ...from })) {
      tallies.push({ model: name, ...tally });
    }
  }
  const json = { registry: registry.location, predictions: tallies };
  if (tallies.length === 0) {
    const where = model === undefined ? registry.location : model;
    return {
      json,
      lines: [`No prediction of ${where} is recorded. Servers do with: modelwright serve --record items`],
    };
  }
  const rows = tallies.map(({ model: name, version, arm, predictions, failures, first, last }) => [
    `${name}:${version}`,
    arm,
    String(predictions),
    String(failures),
    moment(first),
    moment(last),
  ]);
  return { json, lines: table(["version", "traffic", "predictions", "failed", "first", "last"], rows, width) };
}

async function show({ registry, args: [id = ""] }: Task): Promise<SubVerbAnswer> {
  const record = await registry.stores.predictions.get(id);
  const lines = Object.entries(record).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${key.padEnd(9)}  ${plainText(text)}`;
  });
  return { json: record, lines };
}

async function exportFile({ registry, args: [model = ""], options, progress }: Task): Promise<SubVerbAnswer> {
  await registry.resolve(model);
  const { out } = options;
  if (out === undefined) throw refusal("--out", "a file to write, such as predictions.csv", undefined);
  const file = await writeTable(out, { columns: COLUMNS, force: options.force === true });
  let rows = 0;
  try {
    for await (const page of registry.stores.predictions.scan({ model, ...fromOf(options) })) {
      for (const { id, version, arm, at, latencyMs, subject, item, answer, error } of page) {
        await file.write([id, version, arm, at, latencyMs, subject, cellOf(item), cellOf(answer), error]);
      }
      rows += page.length;
      progress(`${rows} predictions`);
    }
  } catch (failure) {
    await file.discard();
    throw failure;
  }
  await file.close();
  return {
    json: { registry: registry.location, model, file: out, predictions: rows },
    lines: [
      `Wrote ${counted(rows, "prediction")} of ${model} to ${plainText(out)}.`,
      "With a column truth, it comes back by: modelwright feedback import",
    ],
  };
}

async function erase({ registry, args: [subject = ""] }: Task): Promise<SubVerbAnswer> {
  const learnt = await registry.stores.lineage.learntFrom(subject);
  const erased = await registry.stores.predictions.erase(subject);
  const versions = learnt.map(({ model, version }) => `${model}:${version}`);
  const rest =
    versions.length === 0
      ? "No version has learnt from it."
      : `${versions.join(", ")} learnt from it; the next retraining does not: modelwright retrain ${learnt[0]!.model} --anyway`;
  return { json: { registry: registry.location, ...erased, learntBy: versions }, lines: [removed(erased), rest] };
}

async function expire({ registry, options: { before } }: Task): Promise<SubVerbAnswer> {
  if (before === undefined) throw refusal("--before", "an age such as 90d, or a moment", undefined);
  const moment = momentBefore(before, { now: new Date(), option: "--before" }).toISOString();
  const expired = await registry.stores.predictions.expire(moment);
  return { json: { registry: registry.location, before: moment, ...expired }, lines: [removed(expired)] };
}

function removed({ predictions, feedback }: { readonly predictions: number; readonly feedback: number }): string {
  return `Removed ${counted(predictions, "prediction")} and ${counted(feedback, "piece of feedback", "pieces of feedback")}.`;
}

function fromOf({ since }: Task["options"]): { readonly from?: string } {
  return since === undefined ? {} : { from: momentBefore(since, { now: new Date(), option: "--since" }).toISOString() };
}

/** A text as it is, anything else as JSON. */
function cellOf(value: unknown) {
  if (value === undefined || typeof value === "string") return value;
  return { text: JSON.stringify(value), kind: "object" } as const;
}

function refusal(option: string, rule: string, got: string | undefined): ModelwrightError {
  return new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got: got ?? "nothing" });
}
