import { type Measure, TASKS } from "@modelwright/contracts";
import { alignColumns, formatMeasuresTable } from "@modelwright/evaluation";
import type { Command } from "commander";
import { type EvaluateResult, evaluateModel } from "../../pipeline/evaluate.ts";
import { NAMED_ROLES } from "../../tasks/recipe-draft.ts";
import { describeUnknownLabels } from "../../tasks/unknown-labels.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted, percent } from "../../wording/quantities.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { warningLines } from "../tables/table-warnings.ts";
import { type CommonOptions, ENCODING_OPTION, verb } from "../verb.ts";

interface EvaluateVerbOptions extends CommonOptions {
  readonly text?: string;
  readonly second?: string;
  readonly label?: string;
  readonly labels?: string;
  readonly target?: string;
  readonly encoding?: string;
  readonly all?: boolean;
}

export function evaluateVerb(): Command {
  return verb("evaluate", {
    examples: [
      "modelwright evaluate tickets june.csv",
      "modelwright evaluate tickets:2 june.jsonl --text body --label queue",
      "modelwright evaluate gpt-brown essays/",
    ],
  })
    .argument("<model>", "name, name@alias or name:version")
    .argument(
      "<source>",
      "what the model was not trained on: a labelled CSV or JSON Lines file; for a language model a folder of .txt files or one such file",
    )
    .option("--text <column>", "column that holds the text; default: the one it was trained with, or found by a look")
    .option("--second <column>", "column of the second text of a pair; default: likewise")
    .option("--label <column>", "column that holds the label; default: likewise")
    .option("--labels <column>", "column that holds several labels per row; default: likewise")
    .option("--target <column>", "column that holds the number; default: likewise")
    .option(...ENCODING_OPTION)
    .option("--all", "show every metric; default: those that decide")
    .action(evaluate);
}

async function evaluate(model: string, source: string, options: EvaluateVerbOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const { registry } = options;
  const columns = Object.fromEntries(
    NAMED_ROLES.flatMap((role) => (options[role] === undefined ? [] : [[role, options[role]]])),
  );
  const result = await evaluateModel(model, {
    source,
    columns,
    encoding: options.encoding,
    onProgress: (done, total) =>
      screen.progress(
        `evaluating: ${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} (${percent(done / total)})`,
      ),
    ...(registry === undefined ? {} : { registry }),
  }).catch((error: unknown) => {
    throw inTermsOfArguments(error, source);
  });
  const name = `${result.name}:${result.version}`;
  const { unit } = TASKS[result.task].words;
  const all = options.all === true;
  const what = result.rows === 0 ? source : `${counted(result.rows, unit)} of ${source}, with 95 % intervals`;
  screen.say(`${colours.bold(name)} on ${what}${all || result.rows === 0 ? "" : " (--all: every metric)"}`);
  for (const { rows, reason } of result.skipped) {
    screen.say(`  ${colours.yellow("!")} ${counted(rows, unit)} left out: ${plainText(reason)}`);
  }
  screen.say(...unknownLabelLines(result), ...warningLines(result.warnings));
  if (result.rows > 0) {
    const measures = [{ name, measures: result.measures }];
    screen.say("", formatMeasuresTable(TASKS[result.task].metrics, measures, { all, width: screen.width }));
    for (const { title, rows } of result.tables) {
      screen.say("", colours.bold(title), alignColumns(rows, { width: screen.width }));
    }
  }
  const { tables: _, details, ...document } = result;
  screen.result({ ...document, ...details });
}

/** Rows with unknown labels: of a model that always answers a reason to wonder, of one that rejects what it should reject. */
function unknownLabelLines({ unknownLabels: unknown }: EvaluateResult): string[] {
  if (unknown === undefined) return [];
  const { rejected } = unknown;
  const words = plainText(describeUnknownLabels(unknown));
  if (rejected === undefined) return [`  ${colours.yellow("!")} left out: ${words}`];
  return [`  ${words}; the model rejects ${percent(rejected.value)} of them, as it should${shareBounds(rejected)}`];
}

/** ` [47.4 %, 53.6 %]`, with the space before it; nothing without bounds. */
function shareBounds({ low, high }: Measure): string {
  return low === undefined || high === undefined ? "" : ` [${percent(low)}, ${percent(high)}]`;
}
