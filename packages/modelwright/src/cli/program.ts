import { createRequire } from "node:module";
import { Command } from "commander";
import { addCommonOptions } from "./verb.ts";

/** Every verb, in the order in which one needs them; a file is loaded only when its verb is. */
const VERBS = {
  init: async () => (await import("./verbs/init.ts")).initVerb(),
  train: async () => (await import("./verbs/train.ts")).trainVerb(),
  runs: async () => (await import("./verbs/runs.ts")).runsVerb(),
  evaluate: async () => (await import("./verbs/evaluate.ts")).evaluateVerb(),
  predict: async () => (await import("./verbs/predict.ts")).predictVerb(),
  models: async () => (await import("./verbs/models.ts")).modelsVerb(),
  serve: async () => (await import("./verbs/serve.ts")).serveVerb(),
  doctor: async () => (await import("./verbs/doctor.ts")).doctorVerb(),
} as const satisfies Record<string, () => Promise<Command>>;

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/**
 * The command line as data: runs nothing until it is given arguments, and throws instead of ending the process.
 *
 * @param verb Loads only this verb, which starts faster. Default, and for a name that is no verb: all.
 */
export async function createProgram(verb?: string): Promise<Command> {
  const program = new Command("modelwright")
    .description("Turns your own data into a model in production, and keeps it good.")
    .version(version, "-V, --version", "print the version")
    .addHelpText("after", "\nStart with:\n  $ modelwright init\n  $ modelwright init my-data.csv");
  const names = isVerb(verb) ? [verb] : (Object.keys(VERBS) as (keyof typeof VERBS)[]);
  for (const name of names) program.addCommand(await VERBS[name]());
  complete(program);
  return program;
}

function isVerb(name: string | undefined): name is keyof typeof VERBS {
  return name !== undefined && Object.hasOwn(VERBS, name);
}

/** Errors are thrown and told in one place; only help and version are written by commander. */
function complete(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} });
  if (command.commands.length === 0) addCommonOptions(command);
  for (const child of command.commands) complete(child);
}
