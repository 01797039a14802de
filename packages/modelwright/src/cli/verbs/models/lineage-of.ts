import { ModelwrightError } from "@modelwright/contracts";
import { type DataLineage, dataLineage } from "../../../lineage/data-lineage.ts";
import { type VersionLineage, versionLineage } from "../../../lineage/version-lineage.ts";
import { columns } from "../../../wording/columns.ts";
import { gitText } from "../../../wording/git.ts";
import { moment } from "../../../wording/moment.ts";
import { plainText } from "../../../wording/plain-text.ts";
import { counted } from "../../../wording/quantities.ts";
import { table } from "../../../wording/table.ts";
import { colours } from "../../output/colours.ts";
import type { SubVerbAnswer } from "../../sub-verbs.ts";
import type { LineageTask } from "./lineage-task.ts";

/** Digits of a version of data that are shown, as `data diff` shows them. */
const VERSION = 12;

export async function lineageOf({
  registry,
  args: [reference],
  options: { data },
  width,
  progress,
}: LineageTask): Promise<SubVerbAnswer> {
  if ((reference === undefined) === (data === undefined)) {
    const got = [reference, data].filter((each) => each !== undefined).join(" ");
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "<model>", rule: "a version, or --data <data>", got });
  }
  if (data !== undefined) {
    progress(`reading ${data}`);
    const found = await dataLineage(registry, data);
    return { json: found, lines: dataLines(found, width) };
  }
  const found = await versionLineage(registry, await registry.resolve(reference!));
  return { json: found, lines: versionLines(found) };
}

function versionLines({ name, version, data, run, predictions, feedback, taught }: VersionLineage): string[] {
  const { training, window } = run.feedback;
  const answered = predictions.map(({ arm, predictions: count, failures, first, last }) => [
    arm,
    `${counted(count, "prediction")}${failures === 0 ? "" : `, ${counted(failures, "failure")}`}`,
    `${moment(first)} to ${moment(last)}`,
  ]);
  return [
    colours.bold(`${name}:${version}`),
    ...section("learnt from", [
      ...data.sources.map((source) => [
        plainText(source.name),
        counted(source.rows, "row"),
        `version ${source.version.slice(0, VERSION)}`,
      ]),
      ["all together", `version ${data.sha256.slice(0, VERSION)}`],
      ...(training + window === 0
        ? []
        : [
            ["feedback", `${training.toLocaleString("en-US")} learnt`, `${window.toLocaleString("en-US")} compared on`],
          ]),
    ]),
    ...section("in run", [
      [run.id],
      ...(run.retrains === undefined ? [] : [["trains anew", run.retrains]]),
      ...(run.git === undefined ? [] : [["git", gitText(run.git)]]),
    ]),
    ...section("answered", answered.length === 0 ? [["nothing that was recorded and is still kept"]] : answered),
    ...section(
      "feedback on it",
      feedback.length === 0
        ? [["none"]]
        : feedback.map(({ kind, state, feedback: count }) => [kind, state, count.toLocaleString("en-US")]),
    ),
    ...section(
      "taught",
      taught.length === 0
        ? [["no run yet"]]
        : taught.map(({ runId, part, feedback: count, versions }) => [
            versions.join(", ") || "no version",
            `run ${runId}`,
            `${count.toLocaleString("en-US")} in its ${part}`,
          ]),
    ),
  ];
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return [`  ${colours.bold(title)}`, ...columns(rows, "    ")];
}

function dataLines({ version, runs }: DataLineage, width: number): string[] {
  const shown = version.slice(0, VERSION);
  if (runs.length === 0) return [`No run saw data of version ${shown}.`];
  const head = ["run", "experiment", "status", "began", "as", "versions"];
  const rows = runs.map((run) => [
    run.runId,
    run.experiment,
    run.status,
    moment(run.at),
    run.sources.map((name) => plainText(name)).join(", ") || "all its data",
    run.versions.join(", ") || "–",
  ]);
  return [`Version ${shown}`, ...table(head, rows, width)];
}
