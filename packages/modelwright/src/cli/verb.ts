import { ModelwrightError } from "@modelwright/contracts";
import { Command, Option } from "commander";

/** Options that every verb has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly registry?: string;
}

/** A verb with the options that every verb has, and examples under its help. */
export function verb(name: string, about: { readonly summary: string; readonly examples: readonly string[] }): Command {
  return new Command(name)
    .summary(about.summary)
    .description(about.summary)
    .addOption(everyVerb("--registry <folder>", "where runs and models are kept", REGISTRY_DEFAULT))
    .addOption(everyVerb("--json", "print one JSON document on stdout, everything else on stderr"))
    .addOption(everyVerb("--verbose", "show where an error comes from"))
    .addHelpText("after", `\nExamples:\n${about.examples.map((example) => `  $ ${example}`).join("\n")}`);
}

const REGISTRY_DEFAULT = "(default: $MODELWRIGHT_REGISTRY or ./.modelwright)";

function everyVerb(flags: string, ...description: readonly string[]): Option {
  return new Option(flags, description.join(" ")).helpGroup("Options of every verb:");
}

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

/** Reads a whole number from `min` to `max`. */
export function wholeNumber(option: string, range: { readonly min: number; readonly max: number }) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
    const rule = `a whole number from ${range.min} to ${range.max}`;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got: text });
  };
}
