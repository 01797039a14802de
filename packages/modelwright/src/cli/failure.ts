import { isUserError, ModelwrightError } from "@modelwright/contracts";
import { CommanderError } from "commander";
import { EXIT_CODES } from "./exit-codes.ts";
import { colours } from "./output/colours.ts";
import { recipePathMeant } from "./recipe-option.ts";

/** Verbs that lead to others. */
const SUB_VERBS: ReadonlySet<string> = new Set([
  "data",
  "feedback",
  "keys",
  "models",
  "monitor",
  "predictions",
  "runs",
]);

/** A failure as the command line tells it. */
export interface Failure {
  readonly exitCode: number;
  /** For stderr. */
  readonly text: string;
  /** For stdout with `--json`. */
  readonly json: { readonly error: { code: string; message: string; details: unknown; remedy?: string } };
}

/**
 * Tells a failure: what, where, the value and the remedy. The stack is shown only when asked for, and only where it
 * helps: for failures that are not the user's.
 */
export function describeFailure(error: unknown, options: { readonly verbose: boolean }): Failure {
  const known = asModelwrightError(error);
  if (known !== undefined) {
    const stack = options.verbose ? `\n${colours.dim(stackOf(error))}` : "";
    return {
      exitCode: isUserError(known) ? EXIT_CODES.usersMistake : EXIT_CODES.failure,
      text: `${colours.red("error")} ${known.message} ${colours.dim(`[${known.code}]`)}${stack}`,
      json: { error: { ...known.toJSON(), remedy: known.remedy } },
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice = "This is a mistake of modelwright, not yours: please report it with the output of --verbose.";
  return {
    exitCode: EXIT_CODES.failure,
    text: `${colours.red("error")} ${message}\n${options.verbose ? colours.dim(stackOf(error)) : advice}`,
    json: { error: { code: "INTERNAL", message, details: {}, remedy: advice } },
  };
}

function asModelwrightError(error: unknown): ModelwrightError | undefined {
  if (error instanceof ModelwrightError) return error;
  if (!(error instanceof CommanderError)) return undefined;
  const problem = error.message
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
  const args = process.argv.slice(2);
  const [, option = ""] = /unknown option '([^']*)'/.exec(problem) ?? [];
  const path = args[0] === "train" && option !== "" ? recipePathMeant(option) : undefined;
  if (path !== undefined) return new ModelwrightError("CLI_OPTION_OF_RECIPE", { option, path }, { cause: error });
  const help = helpCommand(args, error.code);
  return new ModelwrightError("CLI_USAGE", { problem, help }, { cause: error });
}

/** Help of the verb that was asked for, and of its sub-verb; of what leads to them where there is no such verb. */
function helpCommand(args: readonly string[], code: string): string {
  const isUnknown = code === "commander.unknownCommand";
  const first = args.findIndex((each) => !/^[a-z]+$/.test(each));
  const named = (first === -1 ? args : args.slice(0, first)).slice(0, SUB_VERBS.has(args[0] ?? "") ? 2 : 1);
  const verbs = isUnknown ? named.slice(0, -1) : named;
  return ["modelwright", ...verbs, "--help"].join(" ");
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause) || String(error.cause)}`;
  return `${error.stack ?? ""}${cause}`;
}
