import { createRequire } from "node:module";
import { Command } from "commander";
import { addCommonOptions } from "./verb.ts";
import { doctorVerb } from "./verbs/doctor.ts";
import { evaluateVerb } from "./verbs/evaluate.ts";
import { initVerb } from "./verbs/init.ts";
import { modelsVerb } from "./verbs/models.ts";
import { predictVerb } from "./verbs/predict.ts";
import { serveVerb } from "./verbs/serve.ts";
import { trainVerb } from "./verbs/train.ts";

/** Every verb, in the order in which one needs them. */
const VERBS: readonly (() => Command)[] = [
  initVerb,
  trainVerb,
  evaluateVerb,
  predictVerb,
  modelsVerb,
  serveVerb,
  doctorVerb,
];

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** The command line as data: runs nothing until it is given arguments, and throws instead of ending the process. */
export function createProgram(): Command {
  const program = new Command("modelwright")
    .description("Turns your own data into a model in production, and keeps it good.")
    .version(version, "-V, --version", "print the version")
    .addHelpText("after", "\nStart with:\n  $ modelwright init\n  $ modelwright init my-data.csv");
  for (const verb of VERBS) program.addCommand(verb());
  complete(program);
  return program;
}

/** Errors are thrown and told in one place; only help and version are written by commander. */
function complete(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} });
  if (command.commands.length === 0) addCommonOptions(command);
  for (const child of command.commands) complete(child);
}
