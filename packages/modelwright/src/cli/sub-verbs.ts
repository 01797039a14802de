import { openRegistry, type Registry } from "@modelwright/registry";
import { Command } from "commander";
import { registryLocation } from "../pipeline/registry-location.ts";
import { schemaChangeText } from "../wording/schema-change.ts";
import { Screen } from "./output/screen.ts";
import { type CommonOptions, verb } from "./verb.ts";

/** What a sub-verb is given. */
export interface SubVerbTask<Options extends CommonOptions> {
  /** In the order of `arguments`; those of a list follow one another. */
  readonly args: readonly string[];
  readonly options: Options;
  /** Columns of the terminal; infinite where it is none. */
  readonly width: number;
  /** Shows how far the work is. */
  readonly progress: (line: string) => void;
  /** Says what is no part of the answer. */
  readonly note: (line: string) => void;
}

/** What a sub-verb that works on the registry is given. */
export interface RegistryTask<Options extends CommonOptions> extends SubVerbTask<Options> {
  readonly registry: Registry;
}

/** What it gives: a document for `--json`, lines for a reader. */
export interface SubVerbAnswer {
  readonly json: unknown;
  readonly lines: readonly string[];
  /** Default: success. */
  readonly exitCode?: number;
}

/** A verb below a verb: `models promote`, `data inspect`. */
export interface SubVerb<Task> {
  readonly summary: string;
  readonly arguments: readonly (readonly [name: string, description: string, fallback?: string])[];
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** A list under the help, with a line in front. */
  readonly list?: { readonly title: string; readonly rows: readonly (readonly [name: string, description: string])[] };
  readonly example: string;
  /** Whether it is meant where no other is named. */
  readonly isDefault?: true;
  readonly run: (task: Task) => Promise<SubVerbAnswer>;
}

/** A sub-verb without the line that the help of its verb has of it. */
export type SubVerbFile<Task> = Omit<SubVerb<Task>, "summary">;

/** A sub-verb as the help of its verb lists it, and its file. */
export interface SubVerbRow<Task> {
  readonly summary: string;
  readonly load: () => Promise<SubVerbFile<Task>>;
}

/**
 * Sub-verbs whose files are loaded only when they are asked for.
 *
 * @param words What the command line says, a name of one among it. Default: all are loaded.
 */
export async function loadSubVerbs<Task>(
  rows: Readonly<Record<string, SubVerbRow<Task>>>,
  words: readonly string[] = Object.keys(rows),
): Promise<Record<string, SubVerb<Task>>> {
  const listed = { arguments: [], example: "", run: () => Promise.reject(new Error("a sub-verb that is only listed")) };
  const loaded = Object.entries(rows).map(async ([name, { summary, load }]) => {
    return [name, { ...(words.includes(name) ? await load() : listed), summary }] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
}

interface About {
  readonly description: string;
  readonly examples: readonly string[];
}

/** A verb that only leads to others. */
export function verbWithSubVerbs<Options extends CommonOptions>(
  name: string,
  about: About,
  subVerbs: Readonly<Record<string, SubVerb<SubVerbTask<Options>>>>,
): Command {
  const parent = new Command(name)
    .description(about.description)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText("after", `\nExamples:\n${about.examples.map((example) => `  $ ${example}`).join("\n")}`);
  for (const [child, subVerb] of Object.entries(subVerbs)) {
    const command = verb(child, { summary: subVerb.summary, examples: [`modelwright ${name} ${subVerb.example}`] });
    fill(command, subVerb);
    parent.addCommand(command, { isDefault: subVerb.isDefault === true });
  }
  return parent;
}

/** Gives a command the arguments, options and action of a row. */
function fill<Options extends CommonOptions>(command: Command, subVerb: SubVerb<SubVerbTask<Options>>): Command {
  for (const [argument, description, fallback] of subVerb.arguments) {
    command.argument(argument, description, fallback);
  }
  for (const [flags, description] of subVerb.options ?? []) command.option(flags, description);
  if (subVerb.list !== undefined) addList(command, subVerb.list);
  return command.action(async () => {
    const options = command.opts<Options>();
    const args = command.processedArgs.flat() as string[];
    const screen = new Screen({ json: options.json === true });
    const progress = (line: string) => screen.progress(line);
    const note = (line: string) => screen.note(line);
    const answer = await subVerb.run({ args, options, width: screen.width, progress, note });
    if (!screen.json) screen.say(...answer.lines);
    screen.result(answer.json);
    if (answer.exitCode !== undefined) process.exitCode = answer.exitCode;
  });
}

/** A list in the form of the options, under the examples. */
function addList(command: Command, { title, rows }: NonNullable<SubVerb<unknown>["list"]>): void {
  command.addHelpText("after", ({ command: shown }) => {
    const help = shown.createHelp();
    help.prepareContext({ helpWidth: shown.configureOutput().getOutHelpWidth?.() ?? 80 });
    const width = Math.max(...rows.map(([name]) => name.length));
    const lines = rows.map(([name, description]) => help.formatItem(name, width, description, help));
    return ["", title, ...lines].join("\n");
  });
}

/** A verb that only leads to others, each of which works on the registry. */
export function verbOnRegistry<Options extends CommonOptions>(
  name: string,
  about: About,
  subVerbs: Readonly<Record<string, SubVerb<RegistryTask<Options>>>>,
): Command {
  const opened = Object.entries(subVerbs).map(([child, subVerb]) => [child, onRegistry(subVerb)] as const);
  return verbWithSubVerbs<Options>(name, about, Object.fromEntries(opened));
}

/** A verb with nothing below it that works on the registry; its summary stands in the table of `createProgram`. */
export function plainVerbOnRegistry<Options extends CommonOptions>(
  name: string,
  {
    examples,
    ...row
  }: Omit<SubVerb<RegistryTask<Options>>, "summary" | "example"> & { readonly examples: readonly string[] },
): Command {
  return fill(verb(name, { examples }), onRegistry({ ...row, summary: "", example: "" }));
}

/** Opens the registry for a row, and closes it. */
function onRegistry<Options extends CommonOptions>(
  subVerb: SubVerb<RegistryTask<Options>>,
): SubVerb<SubVerbTask<Options>> {
  const run = async (task: SubVerbTask<Options>) => {
    const registry = await openRegistry(registryLocation(task.options.registry), {
      onMigrated: (change) => task.note(schemaChangeText(change)),
    });
    try {
      return await subVerb.run({ ...task, registry });
    } finally {
      await registry.close();
    }
  };
  return { ...subVerb, run };
}
