import { choices, ModelwrightError } from "@modelwright/contracts";
import { Command } from "commander";

export type { CommonOptions } from "./common-options.ts";

/**
 * A verb with examples under its help; `createProgram` adds the options that every verb has.
 *
 * @param about.summary Of a sub-verb. That of a verb stands in the table of `createProgram`.
 */
export function verb(
  name: string,
  about: { readonly summary?: string; readonly examples: readonly string[] },
): Command {
  const { summary = "", examples } = about;
  return new Command(name)
    .summary(summary)
    .description(summary)
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`);
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

/** Collects the texts of an option that may be given again. */
export function collectText(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text];
}

/** Flags and description of the option of verbs that read a file. */
export const ENCODING_OPTION = [
  "--encoding <name>",
  "encoding of the file, for example windows-1251 or gb18030 (default: told from its bytes)",
] as const;

/** Reads a whole number from `min` to `max`. */
export function wholeNumber(option: string, range: { readonly min: number; readonly max: number }) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
    const rule = `a whole number from ${range.min} to ${range.max}`;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got: text });
  };
}

/** Reads a share of a whole. */
export function share(option: string) {
  return (text: string): number => {
    const value = Number(text);
    if (/^(?:0?\.\d+|1(?:\.0+)?)$/.test(text) && value > 0) return value;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule: "a share, above 0 and at most 1", got: text });
  };
}

/** Reads one of some words. */
export function oneOf<Choice extends string>(option: string, known: readonly Choice[]) {
  return (text: string): Choice => {
    const found = known.find((each) => each === text);
    if (found !== undefined) return found;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule: choices(known), got: text });
  };
}
