import { choices, ModelwrightError } from "@modelwright/contracts";
import { EXECUTION_PROVIDER_CHOICES, type ExecutionProviderChoice } from "@modelwright/engine";
import { Command, Option } from "commander";

/** Options that every verb has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly registry?: string;
}

/** A verb with examples under its help; `createProgram` adds the options that every verb has. */
export function verb(name: string, about: { readonly summary: string; readonly examples: readonly string[] }): Command {
  return new Command(name)
    .summary(about.summary)
    .description(about.summary)
    .addHelpText("after", `\nExamples:\n${about.examples.map((example) => `  $ ${example}`).join("\n")}`);
}

/** Added last, so that help shows a verb's own options first. */
export function addCommonOptions(command: Command): void {
  for (const [flags, description] of COMMON_OPTIONS) {
    command.addOption(new Option(flags, description).helpGroup(COMMON_GROUP));
  }
  command.addHelpOption(new Option("-h, --help", "show this help").helpGroup(COMMON_GROUP));
}

const COMMON_GROUP = "Options of every verb:";

const COMMON_OPTIONS = [
  ["--registry <folder>", "where runs and models are kept (default: $MODELWRIGHT_REGISTRY or ./.modelwright)"],
  ["--json", "print one JSON document on stdout, everything else on stderr"],
  ["--verbose", "show where an error comes from"],
] as const;

/** Collects `--set a.b=c` into a table of overrides. */
export function collectOverride(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, path, value] = /^([^=\s]+)=([\s\S]*)$/.exec(text) ?? [];
  if (path === undefined || value === undefined) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "--set",
      rule: "path=value, for example train.epochs=2",
      got: text,
    });
  }
  return { ...previous, [path]: value };
}

/** Flags and description of the option of verbs that read a file. */
export const ENCODING_OPTION = [
  "--encoding <name>",
  "encoding of the file, for example windows-1251 or gb18030 (default: told from its bytes)",
] as const;

/** Flags and description of the option that `serve` and `predict` share. */
export const PROVIDER_OPTION = [
  "--execution-provider <name>",
  "where the model runs: cpu, webgpu, cuda or auto (default: cpu)",
] as const;

/** Reads the name of an execution provider. */
export function providerName(text: string): ExecutionProviderChoice {
  const name = EXECUTION_PROVIDER_CHOICES.find((candidate) => candidate === text);
  if (name !== undefined) return name;
  const rule = choices(EXECUTION_PROVIDER_CHOICES);
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--execution-provider", rule, got: text });
}

/** Reads a whole number from `min` to `max`. */
export function wholeNumber(option: string, range: { readonly min: number; readonly max: number }) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
    const rule = `a whole number from ${range.min} to ${range.max}`;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got: text });
  };
}

/** Reads a decimal number from `min`, or above `above`, to `max`. */
export function decimal(
  option: string,
  {
    min,
    above,
    max,
  }: { readonly max: number } & (
    | { readonly min: number; readonly above?: never }
    | { readonly above: number; readonly min?: never }
  ),
) {
  return (text: string): number => {
    const value = Number(text);
    const isIn = (min === undefined ? value > above : value >= min) && value <= max;
    if (/^\d*\.?\d+$/.test(text) && isIn) return value;
    const rule = min === undefined ? `a number above ${above}, at most ${max}` : `a number from ${min} to ${max}`;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got: text });
  };
}
