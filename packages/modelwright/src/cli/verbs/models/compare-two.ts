import { TASKS } from "@modelwright/contracts";
import { formatDifference, formatInterval, formatMeasure } from "@modelwright/evaluation";
import { type ComparedVersion, compareVersions, type VersionComparison } from "../../../lineage/compare-versions.ts";
import { columns } from "../../../wording/columns.ts";
import { gitText } from "../../../wording/git.ts";
import { moment } from "../../../wording/moment.ts";
import { plainText } from "../../../wording/plain-text.ts";
import { bytes, counted } from "../../../wording/quantities.ts";
import { table } from "../../../wording/table.ts";
import { colours } from "../../output/colours.ts";
import type { SubVerbAnswer } from "../../sub-verbs.ts";
import type { CompareTask } from "./compare-task.ts";

const VERSION = 12;

export async function compareTwo({
  registry,
  args: [first = "", second = ""],
  options,
  width,
}: CompareTask): Promise<SubVerbAnswer> {
  const versions = [await registry.resolve(first), await registry.resolve(second)] as const;
  const found = await compareVersions(registry, versions, { on: options.on, encoding: options.encoding });
  return { json: found, lines: comparisonLines(found, width) };
}

function comparisonLines(found: VersionComparison, width: number): string[] {
  const { before, after } = found;
  const head = ["", title(before), title(after)];
  return [
    ...table(head, facts(before, after), width),
    ...section("Data", dataLines(found)),
    ...section("Recipe", recipeLines(found)),
    ...section("Metrics, each on its own test rows", metricLines(found, width)),
    ...section(`Metrics on ${found.paired?.source ?? ""}, paired`, pairedLines(found)),
  ];
}

/** What is alike and says nothing is left out, but for those that one looks for. */
function facts(before: ComparedVersion, after: ComparedVersion): string[][] {
  const environment = [...new Set([...Object.keys(before.environment), ...Object.keys(after.environment)])];
  const both = (name: string, of: (version: ComparedVersion) => string) => [name, of(before), of(after)];
  const git = (version: ComparedVersion) => (version.git === undefined ? "–" : gitText(version.git));
  return [
    both("created", ({ createdAt }) => moment(createdAt)),
    both("run", ({ runId }) => runId),
    ...[both("task", ({ task }) => task), both("git", git)].filter(([, a, b]) => a !== b),
    both("size", ({ sizeBytes }) => bytes(sizeBytes)),
    ...environment
      .map((name) => both(name, (version) => version.environment[name] ?? "–"))
      .filter(([, a, b]) => a !== b),
  ];
}

function dataLines({ before, after, sources, learntRows, sameTestRows }: VersionComparison): string[] {
  const changed = sources.map(({ name, before: older, after: newer }) => {
    const side = (of: typeof older) =>
      of === undefined ? "none" : `${counted(of.rows, "row")}, ${of.version.slice(0, VERSION)}`;
    return [
      plainText(name),
      older?.version === newer?.version ? `the same ${side(newer)}` : `${side(older)} → ${side(newer)}`,
    ];
  });
  const count = (part: keyof ComparedVersion["rows"]) =>
    before.rows[part] === after.rows[part]
      ? before.rows[part].toLocaleString("en-US")
      : `${before.rows[part].toLocaleString("en-US")} → ${after.rows[part].toLocaleString("en-US")}`;
  return columns([
    ...changed,
    ["train, validation, test", `${count("train")}, ${count("validation")}, ${count("test")}`],
    ...(learntRows === undefined
      ? []
      : [
          [
            "learnt from",
            `${counted(learntRows.same, "row")} the same, ${learntRows.came.toLocaleString("en-US")} came, ${learntRows.went.toLocaleString("en-US")} went`,
          ],
        ]),
    ...(sameTestRows === undefined ? [] : [["test rows", sameTestRows ? "the same" : "others"]]),
  ]);
}

function recipeLines({ recipe }: VersionComparison): string[] {
  if (recipe === undefined) return ["of another Modelwright; models show --json shows each"];
  if (recipe.length === 0) return ["decides the same"];
  return columns(
    recipe.map(({ path, before = "–", after = "–" }) => [path, `${plainText(before)} → ${plainText(after)}`]),
  );
}

function metricLines({ before, after, sameTestRows, paired }: VersionComparison, width: number): string[] {
  const names = [...new Set([...Object.keys(before.metrics), ...Object.keys(after.metrics)])];
  const cell = ({ metrics }: ComparedVersion, name: string) =>
    metrics[name] === undefined ? "–" : formatMeasure(metrics[name]);
  const titles = metricTitles(after.task);
  // Those of single labels have no title: there may be thousands.
  const rows = names
    .filter((name) => titles.has(name))
    .map((name) => [titles.get(name)!, cell(before, name), cell(after, name)]);
  return [
    ...table(["", title(before), title(after)], rows, width),
    ...(sameTestRows === false
      ? [`${colours.yellow("!")} they were tested on other rows: these figures are no comparison`]
      : []),
    ...(paired === undefined
      ? ["--on <file> evaluates both on the same rows, with an interval of the difference"]
      : []),
  ];
}

function pairedLines({ after, before, paired }: VersionComparison): string[] {
  if (paired === undefined) return [];
  const titles = metricTitles(after.task);
  const verdict = { a: `${title(after)} is better`, b: `${title(before)} is better`, undecided: "undecided" };
  return [
    ...columns(
      paired.differences
        .filter(({ metric }) => titles.has(metric))
        .map(({ metric, difference, better }) => [
          titles.get(metric)!,
          `${formatDifference(difference.value)} ${formatInterval(difference)}`.trimEnd(),
          verdict[better],
        ]),
    ),
    `${title(after)} minus ${title(before)} on ${counted(paired.rows, "row")}, 95 % bootstrap intervals`,
    ...[[before, paired.trainedOn.before] as const, [after, paired.trainedOn.after] as const].flatMap(
      ([version, count = 0]) =>
        count === 0
          ? []
          : [
              `${colours.yellow("!")} ${title(version)} learnt from ${counted(count, "row")} of them, which flatters it`,
            ],
    ),
  ];
}

function metricTitles(task: string): ReadonlyMap<string, string> {
  const { metrics } = TASKS[task as keyof typeof TASKS];
  return new Map(Object.entries(metrics).map(([name, metric]) => [name, metric.title]));
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", colours.bold(name), ...lines.map((line) => `  ${line}`)];
}

function title({ name, version }: ComparedVersion): string {
  return `${name}:${version}`;
}
