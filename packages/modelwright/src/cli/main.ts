import { CommanderError } from "commander";
import { EXIT_CODES } from "./exit-codes.ts";
import { expectGoneReaders } from "./output/gone-reader.ts";
import { clearLine } from "./output/progress-line.ts";
import { createProgram } from "./program.ts";

/** Commander's way to say that help or the version was printed, as asked. */
const ASKED_FOR: ReadonlySet<string> = new Set(["commander.helpDisplayed", "commander.version"]);

async function main(args: readonly string[]): Promise<void> {
  const [first, second] = args;
  const verb = first === "help" ? second : first;
  const program = await createProgram(verb === undefined ? [] : [verb], args);
  if (args.length === 0) {
    program.outputHelp({ error: true });
    process.exitCode = EXIT_CODES.usersMistake;
    return;
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && ASKED_FOR.has(error.code)) return;
    // A verb with sub-verbs, called without one: its help was printed.
    if (error instanceof CommanderError && error.code === "commander.help") {
      process.exitCode = EXIT_CODES.usersMistake;
      return;
    }
    await fail(error, args);
  }
}

async function fail(error: unknown, args: readonly string[]): Promise<void> {
  const [{ describeFailure }, { shownOn }] = await Promise.all([import("./failure.ts"), import("./output/colours.ts")]);
  const verbose = args.includes("--verbose") || Boolean(process.env.DEBUG);
  const failure = describeFailure(error, { verbose });
  // A line of progress may stand on the terminal.
  process.stderr.write(`${clearLine(process.stderr)}${shownOn(process.stderr, failure.text)}\n`);
  if (args.includes("--json")) process.stdout.write(`${JSON.stringify(failure.json, undefined, 2)}\n`);
  process.exitCode = failure.exitCode;
}

expectGoneReaders();

await main(process.argv.slice(2));
