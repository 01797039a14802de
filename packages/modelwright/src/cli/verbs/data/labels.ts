import { basename, extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { RowDoubt } from "../../../pipeline/folds/row-doubt.ts";
import { loadRecipe } from "../../../pipeline/load-recipe.ts";
import { train } from "../../../pipeline/train.ts";
import { stagesOf } from "../../../tasks/tasks.ts";
import { plainText, shorten } from "../../../wording/plain-text.ts";
import { counted, duration } from "../../../wording/quantities.ts";
import { table } from "../../../wording/table.ts";
import { EXIT_CODES } from "../../exit-codes.ts";
import { colours } from "../../output/colours.ts";
import type { SubVerbAnswer, SubVerbFile, SubVerbTask } from "../../sub-verbs.ts";
import { checkTarget, writeTable } from "../../tables/write-table.ts";
import { stopOnInterrupt } from "../../training/stop-on-interrupt.ts";
import { type CommonOptions, collectOverride } from "../../verb.ts";

interface LabelsOptions extends CommonOptions {
  readonly folds?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly set?: readonly string[];
  readonly resume?: string | true;
}

const DEFAULT_FOLDS = "5";
const SHOWN = 20;
const COLUMNS = ["row", "id", "given", "suggested", "score", "suspicious", "text"] as const;

export const labels: SubVerbFile<SubVerbTask<LabelsOptions>> = {
  arguments: [["<recipe>", "recipe file of a task that predicts labels: .yaml, .json or .ts"]],
  options: [
    [
      "--folds <n>",
      `models that are trained, each on the rows of the others (default: evaluate.folds, or ${DEFAULT_FOLDS})`,
    ],
    ["--out <file>", "where the ranking is written, .csv or .jsonl (default: the recipe's name and -labels.csv)"],
    ["--force", "replace the file if it exists"],
    ["--set <path=value...>", "override values of the recipe"],
    ["--resume [run]", "go on with an interrupted run; default: the newest of this recipe"],
  ],
  example: "labels tickets.yaml --folds 5",
  run,
};

async function run({
  args: [recipe = ""],
  options,
  width,
  progress,
  note,
}: SubVerbTask<LabelsOptions>): Promise<SubVerbAnswer> {
  const out = options.out ?? `${basename(recipe, extname(recipe))}-labels.csv`;
  await checkTarget(out, options.force === true);
  const set = (options.set ?? []).reduce<Readonly<Record<string, string>>>(
    (all, text) => collectOverride(text, all),
    {},
  );
  const { recipe: loaded } = await loadRecipe(recipe, set);
  // Told before anything is trained.
  if (stagesOf(loaded).family.doubts === undefined)
    throw new ModelwrightError("EVALUATION_LABELS_NONE", { task: loaded.task });
  const interrupt = stopOnInterrupt(() =>
    note("Stopping: folds that are done are kept. Press Ctrl-C again to stop at once."),
  );
  const result = await train(recipe, {
    until: "folds",
    signal: interrupt.signal,
    ...(options.resume === undefined ? {} : { resume: options.resume }),
    defaultFolds: Number(DEFAULT_FOLDS),
    set: { ...set, ...(options.folds === undefined ? {} : { "evaluate.folds": options.folds }) },
    ...(options.registry === undefined ? {} : { registry: options.registry }),
    onEvent: (event) => {
      if (event.type === "progress" && event.stage === "folds") {
        const left = event.secondsLeft === undefined ? "" : `, ${duration(Math.max(1, event.secondsLeft))} left`;
        progress(`folds: ${event.done} of ${event.total}${left}`);
      }
    },
  }).finally(interrupt.release);
  if (result.status === "interrupted") {
    const lines = [
      "Interrupted. Go on with the folds that are left by the same command and:",
      `  --resume ${result.runId}`,
    ];
    return { json: result, lines, exitCode: EXIT_CODES.interrupted };
  }
  const doubts = result.labelDoubts!;
  await writeRanking(out, doubts, options.force === true);
  return { json: { ...result, labelDoubts: doubts, out }, lines: lines(doubts, { out, width }) };
}

async function writeRanking(path: string, doubts: readonly RowDoubt[], force: boolean): Promise<void> {
  const writer = await writeTable(path, { columns: COLUMNS, force });
  for (const { place, id, given, suggested, score, isSuspicious, text } of doubts) {
    const cells = [place, id, given, suggested, Number(score.toPrecision(6)), isSuspicious ? "yes" : "no", text];
    await writer.write(cells);
  }
  await writer.close();
}

function lines(
  doubts: readonly RowDoubt[],
  { out, width }: { readonly out: string; readonly width: number },
): string[] {
  const suspicious = doubts.filter(({ isSuspicious }) => isSuspicious);
  const shown = (suspicious.length > 0 ? suspicious : doubts).slice(0, SHOWN);
  return [
    `${colours.bold(counted(suspicious.length, "suspicious label"))} of ${doubts.length.toLocaleString("en-US")}; the worst:`,
    "",
    ...table(
      ["row", "given", "rather", "score", "text"],
      shown.map(({ place, given, suggested, score, text }) => [
        plainText(place),
        shorten(plainText(given), 24),
        shorten(plainText(suggested), 24),
        score.toFixed(3),
        shorten(plainText(text), 60),
      ]),
      width,
    ),
    "",
    `All, the worst first: ${out}. Rows of the test split are left alone; --set data.split.test=0.01 leaves few out.`,
  ];
}
