import { ModelwrightError } from "@modelwright/contracts";
import { formatDifference, formatInterval } from "@modelwright/evaluation";
import type { Command } from "commander";
import { type RetrainResult, retrain } from "../../retraining/retrain.ts";
import type { RetrainingResult } from "../../retraining/retraining-result.ts";
import { columns } from "../../wording/columns.ts";
import { counted, duration } from "../../wording/quantities.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { colours } from "../output/colours.ts";
import { outliveReader } from "../output/gone-reader.ts";
import { Screen } from "../output/screen.ts";
import { stopOnInterrupt } from "../training/stop-on-interrupt.ts";
import { TrainingNarrator } from "../training/training-narrator.ts";
import { type CommonOptions, verb, wholeNumber } from "../verb.ts";

interface RetrainVerbOptions extends CommonOptions {
  readonly from?: string;
  readonly weight?: number;
  readonly window?: number;
  readonly anyway?: boolean;
  readonly resume?: string | true;
  readonly all?: boolean;
}

export function retrainVerb(): Command {
  return verb("retrain", {
    examples: [
      "modelwright retrain tickets",
      "modelwright retrain tickets@champion --weight 3",
      "modelwright retrain tickets --resume",
    ],
  })
    .argument("<model>", "a version: name (its champion), name@alias or name:3")
    .option("--from <folder>", "where relative data paths start (default: as when the version was trained)")
    .option(
      "--weight <n>",
      "how often a corrected row is learnt from, for once that a row of the data is (default: 1)",
      wholeNumber("--weight", { min: 1, max: 100 }),
    )
    .option(
      "--window <share>",
      "share of the newest feedback that both versions are compared on, and that is not learnt from (default: 0.2)",
      share,
    )
    .option("--anyway", "train though neither data nor feedback are new")
    .option("--resume [run]", "go on with an interrupted retraining; default: the newest of this version")
    .option("--all", "show every metric of the test split; default: those that decide, and those of gates")
    .addHelpText(
      "after",
      `\nEnds with ${EXIT_CODES.success} when the new version is the challenger, with ${EXIT_CODES.refused} when it was refused.`,
    )
    .action(retrainModel);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 0.9) return value;
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--window", rule: "a share from 0 to 0.9", got: text });
}

async function retrainModel(reference: string, options: RetrainVerbOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const narrator = new TrainingNarrator(screen, { all: options.all === true });
  outliveReader(() => {
    screen.leaveStdout();
    screen.note("Nobody reads the output any more: training goes on, and tells its end here.");
  });
  const interrupt = stopOnInterrupt(() =>
    screen.note("Stopping: the step under way is finished first. Press Ctrl-C again to stop at once."),
  );
  try {
    const { from, weight, window, anyway, resume, registry } = options;
    const result = await retrain(reference, {
      ...{ registry, from, weight, window, anyway, resume },
      signal: interrupt.signal,
      onEvent: (event) => narrator.tell(event),
    });
    screen.endProgress();
    screen.say(
      "",
      ...(result.retraining === undefined
        ? interruptedLines(reference, result)
        : finishedLines(result, result.retraining)),
    );
    if (result.status === "interrupted") process.exitCode = EXIT_CODES.interrupted;
    else if (result.retraining?.verdict === "refused") process.exitCode = EXIT_CODES.refused;
    screen.result(result);
  } finally {
    interrupt.release();
  }
}

function interruptedLines(reference: string, { runId }: RetrainResult): string[] {
  return [
    "Interrupted. Go on where it stopped with:",
    `  ${colours.cyan(`modelwright retrain ${reference} --resume ${runId}`)}`,
  ];
}

function finishedLines({ name, version, seconds, reportPath }: RetrainResult, retraining: RetrainingResult): string[] {
  const { of, verdict, reason, feedback, heldOut, window } = retraining;
  const isChallenger = verdict === "challenger";
  const rows = [
    ["learnt from", `the data, and ${counted(feedback.learnt, "row")} of feedback${feedbackNotes(feedback)}`],
    ...(heldOut === undefined ? [] : [["on the rows held out", comparison(heldOut, of)]]),
    ["on the newest feedback", window === undefined ? "too little of it to compare on" : comparison(window, of)],
    ...(reportPath === undefined ? [] : [["report", reportPath]]),
  ];
  const verdictLine = isChallenger
    ? colours.bold(`${name}:${version} is the challenger of ${of}: ${reason}`)
    : colours.yellow(`${name}:${version} is refused, and kept without an alias: ${reason}`);
  const next = isChallenger
    ? [[colours.cyan(`modelwright models promote ${name}:${version}`), "make it the champion"]]
    : [[colours.cyan(`modelwright models show ${name}:${version}`), "look at it"]];
  return [colours.bold(`Done in ${duration(seconds)}`), ...columns(rows, "  "), verdictLine, ...columns(next, "  ")];
}

function feedbackNotes({ outdone, contradicted, withoutItem }: RetrainingResult["feedback"]): string {
  const notes = [
    ...(outdone === 0 ? [] : [`${outdone} outdone by newer on the same item, ${contradicted} of them contradicted`]),
    ...(withoutItem === 0 ? [] : [`${withoutItem} without an item, which the server did not record`]),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

function comparison({ rows, metric, difference }: NonNullable<RetrainingResult["heldOut"]>, of: string): string {
  const found =
    difference === undefined
      ? "is not defined"
      : `${formatDifference(difference.value)} ${formatInterval(difference)}`.trimEnd();
  return `${metric} ${found} against ${of} on ${counted(rows, "row")}`;
}
