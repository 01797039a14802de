import { readFile } from "node:fs/promises";
import {
  brokenGenerationRule,
  type GenerationOption,
  generationOptions,
  ModelwrightError,
  TASKS,
  taskNames,
} from "@modelwright/contracts";
import { type Command, Option } from "commander";
import { collectText, wholeNumber } from "../verb.ts";

/** What stands for the value of an option in help. */
const VALUES: Readonly<Record<GenerationOption, string>> = {
  maxTokens: "<n>",
  temperature: "<t>",
  topK: "<k>",
  topP: "<share>",
  minP: "<share>",
  repetitionPenalty: "<p>",
  seed: "<n>",
  stop: "<text>",
  regex: "<pattern>",
  beams: "<n>",
  lengthPenalty: "<p>",
};

/** Options whose values are texts. */
const READ: Partial<Record<GenerationOption, (text: string, previous?: readonly string[]) => unknown>> = {
  stop: collectText,
  regex: (text) => text,
};

/** `--max-tokens`. */
export function flagOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Texts per row at most, as over HTTP. */
const MOST_TEXTS = 64;

/** Options of the command line that say how a text is written, beside those that HTTP and programs have too. */
export interface WritingFlags {
  /** Texts per row. */
  readonly n?: number;
  readonly stream?: boolean;
  /** A file, or a schema itself. */
  readonly jsonSchema?: string;
}

/** Adds the options of models that write texts, from the table that HTTP and programs have. */
export function addWritingFlags(command: Command): Command {
  const add = (flags: string, description: string, parse?: (text: string, previous?: readonly string[]) => unknown) => {
    const option = new Option(flags, description).helpGroup("Options of models that write texts:");
    if (parse !== undefined) option.argParser(parse as (text: string) => unknown);
    command.addOption(option);
  };
  for (const option of Object.keys(generationOptions) as GenerationOption[]) {
    const repeated = option === "stop" ? "; may be repeated" : "";
    add(`${flagOf(option)} ${VALUES[option]}`, `${inHelp(option)}${repeated}`, READ[option] ?? numberOf(option));
  }
  add("--json-schema <file>", "a JSON Schema that the text fits as JSON: a file, or the schema itself");
  add(
    "--n <count>",
    "texts per row, each with a seed of its own (default: 1)",
    wholeNumber("--n", { min: 1, max: MOST_TEXTS }),
  );
  add("--stream", "show the text as it is written; not with --beams");
  return command;
}

/** What an option does and where it is left out: `tokens to write at most (default: 100; of another-task: as many as it learnt)`. */
function inHelp(option: GenerationOption): string {
  const [does, usual] = descriptionOf(generationOptions[option]);
  const others = taskNames.flatMap((task) => {
    const options: Readonly<Record<string, { readonly description?: string | undefined }>> = TASKS[task].options.shape;
    // Where a description names no default, the option is another one of the same name.
    const [, own] = descriptionOf(options[option] ?? {});
    return own === "" || own === usual ? [] : [`of ${task}: ${own}`];
  });
  return `${does[0]!.toLowerCase()}${does.slice(1)} (default: ${[usual, ...others].join("; ")})`;
}

/** `Tokens to write at most; default: 100` in its two parts. */
function descriptionOf({ description = "" }: { readonly description?: string | undefined }): readonly [string, string] {
  const [does = "", usual = ""] = description.split("; default: ");
  return [does, usual];
}

function numberOf(option: GenerationOption): (text: string) => number {
  return (text) => {
    const value = /^-?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    const rule = Number.isNaN(value) ? "a number" : brokenGenerationRule(option, value);
    if (rule === undefined) return value;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: flagOf(option), rule, got: text });
  };
}

/**
 * The schema that `--json-schema` names.
 *
 * @throws {ModelwrightError} `CLI_OPTION_INVALID` for a file that is not there, or that holds no JSON object.
 */
export async function readJsonSchema(given: string): Promise<object> {
  const refuse = (rule: string): never => {
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--json-schema", rule, got: given });
  };
  const isText = given.trimStart().startsWith("{");
  const text = isText
    ? given
    : await readFile(given, "utf8").catch(() => refuse("a file that can be read, or a schema in braces"));
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    refuse(`JSON (${(error as Error).message})`);
  }
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) refuse("a JSON object");
  return schema as object;
}
