import { join, relative } from "node:path";
import { TASKS, type TaskName, taskNames } from "@modelwright/contracts";
import type { Command } from "commander";
import type { TrainResult } from "../../pipeline/run-event.ts";
import { train } from "../../pipeline/train.ts";
import { columns } from "../../wording/columns.ts";
import { duration } from "../../wording/quantities.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { colours } from "../output/colours.ts";
import { outliveReader } from "../output/gone-reader.ts";
import { Screen } from "../output/screen.ts";
import type { Item } from "../prediction/prediction-arguments.ts";
import { recipeValues } from "../recipe-values.ts";
import { stopOnInterrupt } from "../training/stop-on-interrupt.ts";
import { TrainingNarrator } from "../training/training-narrator.ts";
import { type CommonOptions, collectOverride, verb } from "../verb.ts";

interface TrainVerbOptions extends CommonOptions {
  readonly all?: boolean;
  readonly challenger?: boolean;
  readonly resume?: string | true;
  readonly set?: Readonly<Record<string, string>>;
}

export function trainVerb(): Command {
  return verb("train", {
    examples: [
      "modelwright train tickets.yaml",
      "modelwright train tickets.yaml --set train.epochs=2 --set model.fineTune=frozen",
      "modelwright train tickets.yaml --resume",
      "modelwright train gpt-brown.yaml --set train.steps=200",
    ],
  })
    .argument("<recipe>", "recipe file: .yaml, .json or .ts")
    .option("--set <path=value>", "override a value of the recipe; may be repeated", collectOverride)
    .option("--resume [run]", "go on with an interrupted run; default: the newest of this recipe")
    .option(
      "--challenger",
      "make a version that has earned it the challenger, for modelwright traffic to compare with the champion on real requests",
    )
    .option("--all", "show every metric of the test split; default: those that decide, and those of gates")
    .addHelpText("after", () => recipeHelp().join("\n"))
    .action(trainRecipe);
}

function recipeHelp(): string[] {
  return taskNames.flatMap((task) => {
    const rows = recipeValues(task).map(({ path, type, fallback, required }) => [
      path,
      required ? "required" : (fallback ?? "–"),
      type,
    ]);
    return ["", `Values of a recipe for ${task} and their defaults:`, ...columns(rows, "  ")];
  });
}

async function trainRecipe(recipe: string, options: TrainVerbOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const narrator = new TrainingNarrator(screen, { all: options.all === true });
  outliveReader(() => {
    screen.leaveStdout();
    screen.note("Nobody reads the output any more: training goes on, and tells its end here.");
  });
  const interrupt = stopOnInterrupt(() =>
    screen.note("Stopping: the step under way is finished first. Press Ctrl-C again to stop at once."),
  );
  let item: Item = "";
  try {
    const result = await train(recipe, {
      signal: interrupt.signal,
      onEvent: (event) => {
        if (event.type === "tried") item = event.trials[0]?.item ?? item;
        narrator.tell(event);
      },
      ...(options.registry === undefined ? {} : { registry: options.registry }),
      ...(options.challenger === true ? { asChallenger: true } : {}),
      ...(options.resume === undefined ? {} : { resume: options.resume }),
      ...(options.set === undefined ? {} : { set: options.set }),
    });
    screen.endProgress();
    if (result.status === "interrupted") {
      screen.say("", ...interruptedLines(result, resumeCommand(recipe, options, result.runId)));
      process.exitCode = EXIT_CODES.interrupted;
    } else screen.say("", ...finishedLines(result, { ...options, item }));
    screen.result(result);
  } finally {
    interrupt.release();
  }
}

function interruptedLines({ checkpoint }: Pick<TrainResult, "checkpoint">, command: string): string[] {
  const said =
    checkpoint === undefined
      ? "Interrupted before anything was saved. The same run begins anew with:"
      : "Interrupted; nothing is lost. Go on where it stopped with:";
  return [said, `  ${colours.cyan(command)}`];
}

/** The command that goes on with a run: the same recipe and overrides, or the run would be another one. */
function resumeCommand(recipe: string, { set = {}, registry, challenger }: TrainVerbOptions, runId: string): string {
  const overrides = Object.entries(set).map(([path, value]) => `--set ${quoted(`${path}=${value}`)}`);
  const folder = registry === undefined ? [] : [`--registry ${quoted(registry)}`];
  return [
    "modelwright train",
    quoted(recipe),
    ...overrides,
    ...folder,
    ...(challenger === true ? ["--challenger"] : []),
    `--resume ${runId}`,
  ].join(" ");
}

/** What items are asked for in a file, by the word for one. */
const FILES: Readonly<Record<string, string>> = { row: "rows.csv", timeline: "history.csv" };

/** What a model is asked with, of the kind of an item that it was tried on. */
function askedWith(task: TaskName, tried: Item): string {
  const { item, sample } = TASKS[task].words;
  const file = FILES[item];
  if (file !== undefined) return `--file ${file}`;
  const isPair = typeof tried === "object" && "second" in tried;
  return `"${sample}"${isPair ? ' --second "another text"' : ""}`;
}

function finishedLines(
  { name, task, version, aliases, directory = "", reportPath, seconds, advice }: TrainResult,
  options: Pick<TrainVerbOptions, "registry"> & { readonly item: Item },
): string[] {
  const item = askedWith(task, options.item);
  const registry = options.registry === undefined ? "" : ` --registry ${quoted(options.registry)}`;
  const kept = [
    ["version folder", shown(directory)],
    ["model card", shown(join(directory, "README.md"))],
    ...(reportPath === undefined ? [] : [["report", `${shown(reportPath)} (open it in a browser)`]]),
  ];
  // A name alone is its champion, which this version need not be.
  const isServed = aliases.length > 0;
  const reference = isServed ? name : `${name}:${version}`;
  const next = [
    [colours.cyan(`modelwright predict ${reference} ${item}${registry}`), "ask it"],
    ...(isServed ? [[colours.cyan(`modelwright serve ${reference}${registry}`), "answer over HTTP"]] : []),
    [colours.cyan(`modelwright models show ${reference}${registry}`), "look at it again"],
  ];
  return [
    colours.bold(`Done in ${duration(seconds)}`),
    ...columns(kept, "  "),
    "",
    colours.bold("What to try next"),
    ...advice.map((line) => `  ${line}`),
    ...columns(next, "  "),
  ];
}

/** Relative where that is shorter to read. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
