import { userInfo } from "node:os";
import { ModelwrightError } from "@modelwright/contracts";
import {
  FEEDBACK_KINDS,
  FEEDBACK_STATES,
  type FeedbackKind,
  type JoinedFeedback,
  type Registry,
} from "@modelwright/registry";
import type { Command } from "commander";
import { importFeedback } from "../../feedback/import-feedback.ts";
import { momentBefore } from "../../monitoring/span.ts";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { colours } from "../output/colours.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { openArgument } from "../tables/open-argument.ts";
import { type CommonOptions, ENCODING_OPTION, oneOf } from "../verb.ts";

type Task = RegistryTask<
  CommonOptions & {
    readonly encoding?: string;
    readonly by?: string;
    readonly kind?: string;
    readonly state?: string;
    readonly since?: string;
    readonly model?: string;
    readonly limit?: string;
  }
>;

const BY = ["--by <name>", "who decides, or says it (default: the name of your account)"] as const;
const WHICH = [
  ["--model <name>", "all that is new on this model"],
  ["--kind <kind>", `only of one kind: ${FEEDBACK_KINDS.join(", ")}`],
] as const;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  list: {
    summary: "what became known of a model's predictions",
    arguments: [["<model>", "name of a model"]],
    options: [
      ["--kind <kind>", `only of one kind: ${FEEDBACK_KINDS.join(", ")}`],
      ["--state <state>", `only in one state: ${FEEDBACK_STATES.join(", ")}`],
      ["--since <when>", "that came from then on: a span such as 12h or 7d, or a moment (default: all)"],
      ["--limit <n>", "the newest so many (default: 20)"],
    ],
    example: "list tickets --state new",
    run: list,
  },
  import: {
    summary: "keep the feedback of a file: all of it or nothing; what came before changes nothing",
    arguments: [["<file>", "CSV, JSON Lines, Parquet …: prediction, and one of truth, correction, thumb, comment"]],
    options: [[...BY], [...ENCODING_OPTION]],
    example: "import labels.csv --by support",
    run: importFile,
  },
  accept: {
    summary: "let a model learn from feedback",
    arguments: [["[ids...]", "of feedback, as list shows them; or --model"]],
    options: [[...WHICH[0]], [...WHICH[1]], [...BY]],
    example: "accept --model tickets --kind correction",
    run: (task) => decide(task, "accepted"),
  },
  reject: {
    summary: "let no model learn from feedback",
    arguments: [["[ids...]", "of feedback, as list shows them; or --model"]],
    options: [[...WHICH[0]], [...WHICH[1]], [...BY]],
    example: "reject crm-17",
    run: (task) => decide(task, "rejected"),
  },
};

export function feedbackVerb(): Command {
  return verbOnRegistry(
    "feedback",
    {
      description:
        "Looks after what became known of predictions: truths, corrections, thumbs and comments, which programs send to POST /v1/feedback.",
      examples: ["modelwright feedback import labels.csv", "modelwright feedback list tickets --state new"],
    },
    SUB_VERBS,
  );
}

async function list({ registry, args: [model = ""], options, width }: Task): Promise<SubVerbAnswer> {
  await requireModel(registry, model);
  const limit = options.limit === undefined ? 20 : Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "--limit",
      rule: "a whole number above zero",
      got: String(options.limit),
    });
  }
  const kinds = kindsOf(options);
  const states = options.state === undefined ? FEEDBACK_STATES : [oneOf("--state", FEEDBACK_STATES)(options.state)];
  const from =
    options.since === undefined
      ? undefined
      : momentBefore(options.since, { now: new Date(), option: "--since" }).toISOString();
  let found: JoinedFeedback[] = [];
  let total = 0;
  for await (const page of registry.stores.feedback.scan({
    model,
    kinds,
    states,
    ...(from !== undefined && { from }),
  })) {
    total += page.length;
    found = [...found, ...page].slice(-limit);
  }
  const json = { registry: registry.location, model, total, feedback: found };
  if (total === 0) return { json, lines: [`No such feedback on predictions of ${model} that are recorded.`] };
  const rows = found
    .toReversed()
    .map(({ feedback, prediction }) => [
      plainText(feedback.id),
      moment(feedback.at),
      feedback.kind,
      shown(feedback.value),
      shown(prediction.answer ?? prediction.error),
      feedback.state,
      plainText(feedback.by ?? "–"),
    ]);
  const more = total > found.length ? [`${counted(total - found.length, "older one")}: --limit shows more.`] : [];
  return {
    json,
    lines: [...table(["id", "came", "kind", "says", "answered", "state", "by"], rows, width), ...more],
  };
}

async function importFile({ registry, args: [file = ""], options, progress }: Task): Promise<SubVerbAnswer> {
  progress(`reading ${file}`);
  const opened = await openArgument(file, { wanted: [], encoding: options.encoding });
  const result = await importFeedback(registry.stores.feedback, opened, { by: whoIsThis(options) }).catch(
    (error: unknown) => {
      throw inTermsOfArguments(error, file);
    },
  );
  const { added, known, unmatched, silent } = result;
  const lines = [
    `Kept ${counted(added, "piece of feedback", "pieces of feedback")} of ${plainText(file)} in ${registry.location}.`,
    ...(known === 0 ? [] : [`${counted(known, "was", "were")} there before.`]),
    ...(silent === 0 ? [] : [`${counted(silent, "row says", "rows say")} nothing.`]),
    ...(unmatched.length === 0
      ? []
      : [
          colours.yellow(
            `${counted(unmatched.length, "prediction is", "predictions are")} not recorded, such as ${plainText(unmatched[0]!)}: the feedback counts when they are.`,
          ),
        ]),
  ];
  return { json: { registry: registry.location, file, ...result }, lines };
}

async function decide({ registry, args, options }: Task, state: "accepted" | "rejected"): Promise<SubVerbAnswer> {
  const { model } = options;
  if ((args.length === 0) === (model === undefined)) {
    const rule = "ids of feedback or --model, and not both";
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--model", rule, got: args.join(" ") || "nothing" });
  }
  const ids = model === undefined ? args : await newOn(registry, model, kindsOf(options));
  const changed = await registry.stores.feedback.decide(ids, { state, by: whoIsThis(options) });
  const rest = ids.length - changed;
  return {
    json: { registry: registry.location, state, changed, unchanged: rest },
    lines: [
      `${state === "accepted" ? "Accepted" : "Rejected"} ${counted(changed, "piece of feedback", "pieces of feedback")}.`,
      ...(rest === 0 ? [] : [`${rest} of the ids are unknown, or were ${state} before.`]),
    ],
  };
}

async function newOn(registry: Registry, model: string, kinds: readonly FeedbackKind[]): Promise<readonly string[]> {
  await requireModel(registry, model);
  const ids: string[] = [];
  for await (const page of registry.stores.feedback.scan({ model, kinds, states: ["new"] })) {
    ids.push(...page.map(({ feedback }) => feedback.id));
  }
  return ids;
}

/** @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`. */
async function requireModel(registry: Registry, name: string): Promise<void> {
  await registry.resolve(name);
}

function kindsOf({ kind }: Task["options"]): readonly FeedbackKind[] {
  return kind === undefined ? FEEDBACK_KINDS : [oneOf("--kind", FEEDBACK_KINDS)(kind)];
}

function whoIsThis({ by }: Task["options"]): string {
  return by ?? userInfo().username;
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const plain = plainText(text);
  return plain.length > 40 ? `${plain.slice(0, 39)}…` : plain;
}
