import { TASKS } from "@modelwright/contracts";
import { formatMeasuresTable } from "@modelwright/evaluation";
import type { Command } from "commander";
import pc from "picocolors";
import { evaluateModel } from "../../pipeline/evaluate.ts";
import { NAMED_ROLES } from "../../tasks/recipe-draft.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted, percent } from "../../wording/quantities.ts";
import { Screen } from "../output/screen.ts";
import { inTermsOfArguments } from "../tables/in-terms-of-arguments.ts";
import { warningLines } from "../tables/table-warnings.ts";
import { type CommonOptions, verb } from "../verb.ts";

interface EvaluateVerbOptions extends CommonOptions {
  readonly text?: string;
  readonly label?: string;
  readonly labels?: string;
  readonly target?: string;
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
    .option("--text <column>", "column that holds the text; default: found by a look at the file")
    .option("--label <column>", "column that holds the label; default: found by a look at the file")
    .option("--labels <column>", "column that holds several labels per row; default: found by a look at the file")
    .option("--target <column>", "column that holds the number; default: found by a look at the file")
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
  screen.say(`${pc.bold(name)} on ${counted(result.rows, unit)} of ${source}, with 95 % intervals`);
  for (const { rows, reason } of result.skipped) {
    screen.say(`  ${pc.yellow("!")} ${counted(rows, unit)} left out: ${plainText(reason)}`);
  }
  screen.say(...warningLines(result.warnings));
  screen.say("", formatMeasuresTable(TASKS[result.task].metrics, [{ name, measures: result.measures }]));
  for (const { title, text: table } of result.tables) screen.say("", pc.bold(title), table);
  const { tables: _, details, ...document } = result;
  screen.result({ ...document, ...details });
}
