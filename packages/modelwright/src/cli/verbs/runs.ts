import { ModelwrightError, type Recipe, taskSchemas } from "@modelwright/contracts";
import { formatMeasuresTable } from "@modelwright/evaluation";
import { RUN_STATUSES, type RunRecord, type RunStatus } from "@modelwright/registry";
import type { Command } from "commander";
import { annotationsOf, noteLines, tagFact } from "../../annotations/annotation-lines.ts";
import { hasTags, tagTexts } from "../../annotations/tags.ts";
import { versionsByRun } from "../../lineage/data-lineage.ts";
import { recipeDifferences } from "../../pipeline/recipe-differences.ts";
import { storedRecipe } from "../../pipeline/recipe-digest.ts";
import { activeProcess, settleKilledRuns } from "../../pipeline/run-process.ts";
import { STAGES, stagesOf } from "../../tasks/tasks.ts";
import { columns } from "../../wording/columns.ts";
import { gitText } from "../../wording/git.ts";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted, duration } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { colours } from "../output/colours.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import { describeRecipe } from "../training/describe-recipe.ts";
import type { CommonOptions } from "../verb.ts";

type Task = RegistryTask<
  CommonOptions & {
    readonly model?: string;
    readonly status?: string;
    readonly limit?: string;
    readonly unfinished?: boolean;
    readonly yes?: boolean;
    readonly tag?: readonly string[];
  }
>;

/** Digits of the version of a source that are shown, as `data diff` shows them. */
const VERSION = 12;
const RUN = ["<run>", "id of a run, as training and `runs list` print it"] as const;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  list: {
    summary: "every run, the newest first: how it ended, what it reached, what came of it",
    arguments: [],
    options: [
      ["--model <name>", "only runs of this recipe name"],
      ["--status <status>", `only runs that are ${RUN_STATUSES.join(", ")}`],
      ["--tag <tags...>", "only runs that have these tags: name=value, or name"],
      ["--limit <n>", "at most so many (default: 20)"],
    ],
    example: "list --model tickets",
    run: list,
  },
  show: {
    summary: "one run: recipe, how it ended, metrics, how to go on",
    arguments: [RUN],
    example: "show 20261124-121530-ab12",
    run: show,
  },
  compare: {
    summary: "what differs between runs: values of the recipe, data, metrics",
    arguments: [RUN, ["<others...>", "one or more others"]],
    example: "compare 20261124-121530-ab12 20261124-143000-cd34",
    run: compare,
  },
  remove: {
    summary: "delete runs for good, with their checkpoints; not those from which a version comes",
    arguments: [["[runs...]", "ids of runs"]],
    options: [
      ["--unfinished", "all that were interrupted or failed"],
      ["--yes", "do it; it cannot be undone"],
    ],
    example: "remove --unfinished --yes",
    run: remove,
  },
};

export function runsVerb(): Command {
  return verbOnRegistry(
    "runs",
    {
      description: "Looks after the runs that training recorded.",
      examples: ["modelwright runs list", "modelwright runs compare 20261124-121530-ab12 20261124-143000-cd34"],
    },
    SUB_VERBS,
  );
}

const STATUS_COLOURS: Readonly<Record<RunStatus, (text: string) => string>> = {
  running: colours.cyan,
  finished: colours.green,
  failed: colours.red,
  interrupted: colours.yellow,
};

async function list({ registry, options, width }: Task): Promise<SubVerbAnswer> {
  const { model: experiment, status, tag: wanted = [], limit = "20" } = options;
  if (status !== undefined && !isStatus(status)) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "--status",
      rule: RUN_STATUSES.join(", "),
      got: status,
    });
  }
  if (!/^[1-9]\d*$/.test(limit)) {
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--limit", rule: "a whole number from 1", got: limit });
  }
  await settleKilledRuns(registry);
  const tags = await registry.stores.annotations.tagged("run");
  const listed = await registry.listRuns({
    ...(experiment === undefined ? {} : { experiment }),
    ...(status === undefined ? {} : { status }),
  });
  const found = listed.filter(({ id }) => hasTags(tags.get(id), wanted));
  const runs = found.slice(0, Number(limit));
  const versions = await versionsByRun(registry);
  const json = {
    registry: registry.location,
    runs: runs.map((run) => ({ ...run, versions: versions.get(run.id) ?? [], tags: tags.get(run.id) ?? {} })),
  };
  if (runs.length === 0)
    return {
      json,
      lines: [
        `${listed.length === 0 && experiment === undefined && status === undefined ? "No run yet" : "No such run"} in ${registry.location}.`,
      ],
    };
  const hasTagged = runs.some(({ id }) => tags.has(id));
  const head = ["run", "model", "status", "began", "took", "reached", "version", ...(hasTagged ? ["tags"] : [])];
  const rows = runs.map((run) => [
    run.id,
    run.experiment,
    run.status,
    moment(run.createdAt),
    took(run),
    reached(run),
    (versions.get(run.id) ?? []).join(", ") || "–",
    ...(hasTagged ? [tagTexts(tags.get(run.id) ?? {}).join(", ") || "–"] : []),
  ]);
  const more =
    found.length > runs.length ? [`${counted(found.length - runs.length, "older run")}: --limit shows more`] : [];
  return { json, lines: [...table(head, rows, width), ...more] };
}

async function show({ registry, args: [id = ""], width }: Task): Promise<SubVerbAnswer> {
  await settleKilledRuns(registry);
  const run = await registry.getRun(id);
  const versions = (await versionsByRun(registry)).get(run.id) ?? [];
  const { tags, notes } = await annotationsOf(registry, { run: run.id });
  const active = activeProcess(run);
  const recipe = storedRecipe(run.recipe);
  const facts = [
    ["task", run.recipe.task],
    ["began", moment(run.createdAt)],
    ["took", took(run)],
    ["version", versions.join(", ") || "–"],
    ...(run.sources ?? []).map(({ name, version, rows }) => [
      "source",
      `${plainText(name)}, ${counted(rows, "row")}, version ${version.slice(0, VERSION)}`,
    ]),
    ...(run.dataSha256 === undefined ? [] : [["data", run.dataSha256]]),
    ...Object.entries(run.environment),
    ...(run.git === undefined ? [] : [["git", gitText(run.git)]]),
    ...tagFact(tags),
    ...(active === undefined ? [] : [["process", String(active.pid)]]),
    ...(run.error === undefined ? [] : [["error", `${run.error.code}: ${plainText(run.error.message)}`]]),
  ];
  const lines = [
    `${colours.bold(`${run.experiment}: run ${run.id}`)}, ${STATUS_COLOURS[run.status](run.status)}`,
    ...columns(facts, "  "),
    "",
    colours.bold("Recipe"),
    ...(recipe === undefined ? ["  of another Modelwright; --json shows it"] : describeRecipe(recipe)),
    ...metricLines(run, width),
    ...(notes.length === 0 ? [] : ["", colours.bold("Notes"), ...noteLines(notes)]),
    ...(run.status === "interrupted" || run.status === "failed"
      ? ["", `Go on with it: ${colours.cyan(`modelwright train <its recipe> --resume ${run.id}`)}`]
      : []),
  ];
  return { json: { ...run, versions, tags, notes }, lines };
}

function metricLines({ metrics, recipe }: RunRecord, width: number): string[] {
  if (metrics === undefined) return [];
  const known = recipe.task in STAGES ? taskSchemas(recipe.task as keyof typeof STAGES).metrics : {};
  return ["", formatMeasuresTable(known, [{ name: "test split", measures: metrics }], { width })];
}

async function compare({ registry, args, width }: Task): Promise<SubVerbAnswer> {
  await settleKilledRuns(registry);
  const runs = await Promise.all([...new Set(args)].map((id) => registry.getRun(id)));
  const names = runs.map(({ id }) => id);
  const recipes = runs.map((run) => storedRecipe(run.recipe));
  const [first, ...others] = recipes;
  const paths = new Set(
    others.flatMap((other) =>
      first === undefined || other === undefined ? [] : recipeDifferences(first, other).map(({ path }) => path),
    ),
  );
  const rows = [
    ["status", ...runs.map(({ status }) => status)],
    ["took", ...runs.map(took)],
    ["git", ...runs.map(({ git }) => (git === undefined ? "–" : gitText(git)))],
    ["data", ...runs.map(({ dataSha256 }) => dataSha256?.slice(0, 12) ?? "–")],
    ...[...paths].map((path) => [path, ...recipes.map((recipe) => valueAt(recipe, path))]),
    ...metricRows(runs),
  ];
  const sameData = new Set(runs.flatMap(({ dataSha256 }) => dataSha256 ?? [])).size <= 1;
  const lines = [
    ...table(["", ...names], rows, width),
    ...(paths.size === 0 ? ["", "The recipes decide the same."] : []),
    ...(sameData
      ? []
      : ["", `${colours.yellow("!")} the data differ: metrics of different test rows are no comparison`]),
  ];
  return { json: { runs, differences: [...paths] }, lines };
}

function metricRows(runs: readonly RunRecord[]): string[][] {
  const names = [...new Set(runs.flatMap(({ metrics = {} }) => Object.keys(metrics)))];
  return names.map((name) => [
    name,
    ...runs.map(({ metrics }) => {
      const measure = metrics?.[name];
      if (measure === undefined) return "–";
      const { value, low, high } = measure;
      const interval = low === undefined || high === undefined ? "" : ` [${low.toFixed(3)}, ${high.toFixed(3)}]`;
      return `${value.toFixed(3)}${interval}`;
    }),
  ]);
}

function valueAt(recipe: unknown, path: string): string {
  const value = path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], recipe);
  return value === undefined ? "–" : JSON.stringify(value);
}

async function remove({ registry, args, options }: Task): Promise<SubVerbAnswer> {
  await settleKilledRuns(registry);
  const unfinished = options.unfinished === true ? await registry.listRuns() : [];
  const named = await Promise.all(args.map((id) => registry.getRun(id)));
  const chosen = [...named, ...unfinished.filter(({ status }) => status === "interrupted" || status === "failed")];
  const runs = [...new Map(chosen.map((run) => [run.id, run])).values()];
  if (runs.length === 0 && options.unfinished !== true) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "[runs...]",
      rule: "ids of runs, or --unfinished",
      got: "",
    });
  }
  const active = runs.find((run) => activeProcess(run) !== undefined);
  if (active !== undefined) {
    throw new ModelwrightError("REGISTRY_RUN_ACTIVE", { id: active.id, process: activeProcess(active)!.pid });
  }
  if (options.yes !== true && runs.length > 0) {
    throw new ModelwrightError("CLI_CONFIRMATION_MISSING", { what: `deleting ${counted(runs.length, "run")}` });
  }
  for (const { id } of runs) await registry.deleteRun(id);
  return {
    json: { removed: runs.map(({ id }) => id) },
    lines:
      runs.length === 0
        ? ["No run is unfinished."]
        : [`Deleted ${counted(runs.length, "run")}: ${runs.map(({ id }) => id).join(", ")}.`],
  };
}

function isStatus(status: string): status is RunStatus {
  return RUN_STATUSES.some((known) => known === status);
}

function took({ createdAt, finishedAt }: RunRecord): string {
  return finishedAt === undefined ? "–" : duration((Date.parse(finishedAt) - Date.parse(createdAt)) / 1000);
}

/** The metric that decides for the run's task, or why there is none. */
function reached({ metrics, recipe, error }: RunRecord): string {
  if (error !== undefined) return error.code;
  const family = recipe.task in STAGES ? stagesOf(recipe as unknown as Recipe).family : undefined;
  const measure = family === undefined ? undefined : metrics?.[family.deciding];
  return measure === undefined ? "–" : `${family!.metrics[family!.deciding]!.title} ${measure.value.toFixed(3)}`;
}
