import { userInfo } from "node:os";
import { type Measure, ModelwrightError } from "@modelwright/contracts";
import type { JsonValue } from "@modelwright/registry";
import type { Command } from "commander";
import { momentBefore } from "../../monitoring/span.ts";
import { isRefusal, type LabelKeys, LabelSession, readLabelKeys } from "../../review/label-session.ts";
import { type LabellerAgreement, measureLabellers } from "../../review/measure-labellers.ts";
import { nextReviews, type ReviewItem, type ReviewQueue, reviewOf } from "../../review/next-reviews.ts";
import { REVIEW_ORDERS } from "../../review/review-order.ts";
import { reviewTable } from "../../review/review-table.ts";
import { STAGES } from "../../tasks/tasks.ts";
import { plainLines, plainText, shorten } from "../../wording/plain-text.ts";
import { counted, percent } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { colours } from "../output/colours.ts";
import { typedKeys } from "../review/typed-keys.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import { checkTarget, type OutputCell, writeTable } from "../tables/write-table.ts";
import { type CommonOptions, oneOf, wholeNumber } from "../verb.ts";

type Task = RegistryTask<
  CommonOptions & {
    readonly count?: string;
    readonly order?: string;
    readonly seed?: string;
    readonly since?: string;
    readonly by?: string;
    readonly overlap?: string;
    readonly output?: string;
    readonly force?: boolean;
    readonly disputed?: string;
  }
>;

const MODEL = ["<model>", "name of a model"] as const;
const QUEUE = [
  ["--count <n>", "so many (default: 20)"],
  ["--order <order>", `by ${REVIEW_ORDERS.join(", ")} (default: mixed)`],
  ["--overlap <share>", "the part of them that somebody else has labelled, such as 10%, to see how far you agree"],
  ["--since <when>", "predictions from then on: a span such as 12h or 7d, or a moment (default: all)"],
  ["--seed <n>", "what is drawn at random is drawn by it (default: 0)"],
] as const;
const MOST_ITEMS = 5000;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  next: {
    summary: "what to label next: a list, or a file whose column truth is to be filled in",
    arguments: [MODEL],
    options: [
      ...QUEUE,
      ["--by <name>", "who is going to label; stands in the file (default: whoever brings it in)"],
      ["--output <file>", "CSV or JSON Lines (default: a list on the screen)"],
      ["--force", "overwrite a file that exists"],
    ],
    example: "next tickets --count 100 --output queue.csv",
    run: next,
  },
  label: {
    summary: "label here in the terminal, one prediction after another; each answer is kept at once",
    arguments: [MODEL],
    options: [...QUEUE, ["--by <name>", "who labels (default: the name of your account)"]],
    example: "label tickets --by ada",
    run: label,
  },
  agreement: {
    summary: "how far people agree who labelled the same, and what they argue about",
    arguments: [MODEL],
    options: [
      ["--since <when>", "labels that came from then on: a span such as 12h or 7d, or a moment (default: all)"],
      ["--disputed <n>", "so many of the most disputed ones (default: 10)"],
    ],
    example: "agreement tickets",
    run: agreement,
  },
};

export function reviewVerb(): Command {
  return verbOnRegistry(
    "review",
    {
      description:
        "Finds the recorded predictions that are most worth a person's time, has them labelled, and tells how far people agree.",
      examples: ["modelwright review next tickets --output queue.csv", "modelwright review label tickets"],
    },
    SUB_VERBS,
  );
}

async function next({ registry, args: [model = ""], options, width, progress }: Task): Promise<SubVerbAnswer> {
  const { output, force = false, by } = options;
  if (output !== undefined) await checkTarget(output, force);
  const queue = await nextReviews(registry, model, { ...queueOptions(options), by, onProgress: tellSeen(progress) });
  const json = { registry: registry.location, ...queue, ...(output !== undefined && { file: output }) };
  if (queue.items.length === 0) return { json, lines: emptyLines(queue) };
  if (output === undefined) {
    const rows = queue.items.map(({ prediction, item, predicted, why }) => [
      prediction,
      short(predicted),
      plainText(why),
      short(item),
    ]);
    return {
      json,
      lines: [...table(["prediction", "predicted", "why", "item"], rows, width), fewerLine(queue, options)].flat(),
    };
  }
  const { columns, rows } = reviewTable(queue.items, by);
  const file = await writeTable(output, { columns, force });
  try {
    for (const row of rows) await file.write(row.map(cellOf));
  } catch (failure) {
    await file.discard();
    throw failure;
  }
  await file.close();
  return {
    json,
    lines: [
      `Wrote ${counted(queue.items.length, "prediction")} of ${model} to ${plainText(output)}, the most useful first.`,
      ...fewerLine(queue, options),
      "Fill in the column truth; then bring it in:",
      `  modelwright feedback import ${plainText(output)}${by === undefined ? " --by <name>" : ""}`,
    ],
  };
}

async function label({ registry, args: [model = ""], options, progress, note }: Task): Promise<SubVerbAnswer> {
  const by = options.by ?? userInfo().username;
  const { manifest } = await registry.resolve(model);
  const { truths } = reviewOf(STAGES[manifest.task], manifest, model);
  const keys: LabelKeys = { truths, labels: "labels" in manifest ? manifest.labels : [] };
  const queue = await nextReviews(registry, model, { ...queueOptions(options), by, onProgress: tellSeen(progress) });
  if (queue.items.length === 0) return { json: { registry: registry.location, ...queue }, lines: emptyLines(queue) };
  const session = new LabelSession(registry.stores.feedback, queue.items, by);
  for (const line of helpLines(keys)) note(line);
  const show = () => {
    const { current, place } = session;
    if (current === undefined) return;
    for (const line of itemLines(current, place)) note(line);
  };
  show();
  for await (const typed of typedKeys({ byKey: choicesOf(keys).length > 0 && choicesOf(keys).length <= 9 })) {
    const read = readLabelKeys(typed, keys, session.current?.predicted);
    if (read?.kind === "quit") break;
    if (read === undefined) {
      note(colours.yellow(`  "${plainText(typed)}" means nothing here. ${helpLines(keys).at(-1)}`));
      continue;
    }
    try {
      const isDone = await session.answer(read);
      note(isDone ? answered(read) : colours.yellow("  there is nothing to take back"));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      note(colours.yellow(`  must be as the model answers: ${plainText(error.message)}`));
      continue;
    }
    if (session.current === undefined) break;
    show();
  }
  const { labelled, skipped } = session;
  return {
    json: { registry: registry.location, model, by, labelled, skipped, left: queue.items.length - labelled - skipped },
    lines: [
      `Kept ${counted(labelled, "label")} by ${plainText(by)} in ${registry.location}; ${skipped} skipped, ${queue.items.length - labelled - skipped} left.`,
      ...(labelled === 0 ? [] : [`A version that has learnt from them: modelwright retrain ${model}`]),
    ],
  };
}

async function agreement({ registry, args: [model = ""], options, width }: Task): Promise<SubVerbAnswer> {
  const disputed =
    options.disputed === undefined ? 10 : wholeNumber("--disputed", { min: 0, max: MOST_ITEMS })(options.disputed);
  const found = await measureLabellers(registry, model, { disputed, ...fromOf(options) });
  const json = { registry: registry.location, ...found };
  const { labellers, contents } = found;
  if (contents === 0) {
    const who = labellers.map(({ name, contents: own }) => `${plainText(name)} ${own}`).join(", ");
    return {
      json,
      lines: [
        `No two people have labelled the same prediction of ${model}${who === "" ? "" : ` (labelled: ${who})`}.`,
        `A part of what is handed out can be what others have labelled: modelwright review next ${model} --overlap 10% --by <name>`,
      ],
    };
  }
  return { json, lines: agreementLines(found, width) };
}

function agreementLines(found: LabellerAgreement, width: number): string[] {
  const { alpha, fleiss, pairs, labels, disputed, contents, labellers } = found;
  const lines = [
    `${counted(contents, "prediction")} of ${found.model} labelled by two people or more, of ${labellers.length}.`,
    `  Krippendorff's alpha  ${measureText(alpha)}${alpha === undefined ? "" : `  ${verdictOf(alpha, contents)}`}`,
    ...(fleiss === undefined
      ? []
      : [
          `  Fleiss' kappa         ${measureText(fleiss.kappa)}  (${counted(fleiss.contents, "prediction")} with ${fleiss.labellers} labels each)`,
        ]),
    "",
    ...table(
      ["labellers", "both", "the same", "Cohen's kappa"],
      pairs.map((pair) => [
        pair.labellers.map(plainText).join(", "),
        String(pair.contents),
        percent(pair.same),
        measureText(pair.kappa),
      ]),
      width,
    ),
  ];
  if (labels.length > 1) {
    const rows = labels.map((each) => [plainText(each.label), String(each.contents), measureText(each.alpha)]);
    lines.push("", ...table(["label", "given", "alpha: there or not"], rows, width));
  }
  if (disputed.length > 0) {
    const rows = disputed.map(({ prediction, item, labels: given }) => [
      prediction,
      given.map(({ by, value }) => `${plainText(by)}: ${short(value)}`).join(", "),
      short(item),
    ]);
    lines.push("", ...table(["disputed", "labels", "item"], rows, width));
  }
  return lines;
}

/** Of fewer the interval itself is not to be trusted: where nobody disagrees it has no width. */
const FEW = 20;

/** Krippendorff's own customary limits ("Content Analysis", 2004, page 241). */
function verdictOf({ value }: Measure, contents: number): string {
  if (contents < FEW) return `says little of ${counted(contents, "prediction")}; ${FEW} or more are wanted`;
  if (value >= 0.8) return "good enough to rely on";
  if (value >= 0.667) return "good enough for tentative conclusions";
  return colours.yellow("too little to rely on: agree on what the labels mean");
}

function measureText(measure: Measure | undefined): string {
  if (measure === undefined) return "–";
  const { low, high } = measure;
  const interval = low === undefined || high === undefined ? "" : ` [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${measure.value.toFixed(3)}${interval}`;
}

function queueOptions(options: Task["options"]) {
  const { count, order, seed, overlap } = options;
  return {
    ...(count !== undefined && { count: wholeNumber("--count", { min: 1, max: MOST_ITEMS })(count) }),
    ...(order !== undefined && { order: oneOf("--order", REVIEW_ORDERS)(order) }),
    ...(seed !== undefined && { seed: wholeNumber("--seed", { min: 0, max: 2 ** 31 })(seed) }),
    ...(overlap !== undefined && { overlap: shareOf(overlap) }),
    ...fromOf(options),
  };
}

function shareOf(text: string): number {
  const [, number, sign] = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text) ?? [];
  const share = Number(number) / (sign === "%" ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  const rule = "a share, such as 10% or 0.1";
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--overlap", rule, got: text });
}

function fromOf({ since }: Task["options"]): { readonly from?: string } {
  return since === undefined ? {} : { from: momentBefore(since, { now: new Date(), option: "--since" }).toISOString() };
}

function tellSeen(progress: (line: string) => void): (predictions: number) => void {
  return (predictions) => progress(`${predictions.toLocaleString("en-US")} predictions looked at`);
}

/** Why there is nothing, by what was seen. */
function emptyLines({ model, order, seen }: ReviewQueue): string[] {
  if (seen.predictions === 0) {
    return [`No prediction of ${model} is recorded. Servers do with: modelwright serve --record items`];
  }
  if (seen.withoutItem > 0 && seen.contents + seen.labelled === 0) {
    return [
      `${counted(seen.withoutItem, "prediction")} of ${model} ${seen.withoutItem === 1 ? "is" : "are"} recorded without what was asked, so nobody can label them.`,
      "Servers keep that with: modelwright serve --record items",
    ];
  }
  const rest = seen.contents > 0 ? ` ${counted(seen.contents, "content is", "contents are")} in other orders.` : "";
  return [
    `Nothing to label of ${model} by ${order}: ${counted(seen.labelled, "prediction is", "predictions are")} labelled.${rest}`,
  ];
}

function fewerLine({ items, order }: ReviewQueue, { count = "20" }: Task["options"]): string[] {
  return items.length < Number(count) ? [`By ${order} there are no more.`] : [];
}

function choicesOf({ truths, labels }: LabelKeys): readonly string[] {
  if (truths === "flag") return ["yes, it is one", "no, it is not"];
  return truths === "label" ? labels : [];
}

const HOW: Readonly<Record<LabelKeys["truths"], string>> = {
  label: "A number or the beginning of a label",
  labels: "Numbers or labels between commas, - for none",
  flag: "1 or 2",
  number: "A number",
  spans: 'Spans, such as [{"start": 0, "end": 4, "label": "PER"}]',
  text: "The right text",
};

/** What can be typed; the last line says how. */
function helpLines(keys: LabelKeys): string[] {
  const named = keys.truths === "labels" || keys.truths === "spans" ? keys.labels : choicesOf(keys);
  const colon = keys.truths === "text" ? ":" : "";
  return [
    ...named.map((name, place) => `  ${String(place + 1).padStart(3)}  ${plainText(name)}`),
    `${HOW[keys.truths]}; Enter takes what was predicted, ${colon}s skips, ${colon}u takes the last one back, ${colon}q ends.`,
  ];
}

function itemLines({ item, predicted, why }: ReviewItem, { at, of }: LabelSession["place"]): string[] {
  const shown =
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.entries(item).map(([name, value]) => `  ${plainText(name)}: ${short(value, 200)}`)
      : plainLines(String(item))
          .split("\n")
          .map((line) => `  ${line}`);
  return ["", colours.bold(`${at} of ${of}`), ...shown, `  predicted: ${short(predicted)} (${plainText(why)})`];
}

function answered(read: { readonly kind: string; readonly value?: JsonValue }): string {
  if (read.kind === "label") return `  → ${short(read.value)}`;
  return read.kind === "skip" ? "  → skipped" : "  → taken back";
}

function short(value: unknown, length = 60): string {
  if (value === undefined) return "–";
  return shorten(plainText(typeof value === "string" ? value : JSON.stringify(value)), length);
}

/** A text or a number as it is, anything else as JSON. */
function cellOf(value: JsonValue | undefined): OutputCell {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "number") return value;
  return { text: JSON.stringify(value), kind: typeof value === "boolean" ? "boolean" : "object" };
}
