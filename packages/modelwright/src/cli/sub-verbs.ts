import { openRegistry, type Registry } from "@modelwright/registry";
import { Command } from "commander";
import { registryLocation } from "../pipeline/registry-location.ts";
import { Screen } from "./output/screen.ts";
import { type CommonOptions, verb } from "./verb.ts";

/** What a sub-verb is given. */
export interface SubVerbTask<Options extends CommonOptions> {
  readonly registry: Registry;
  /** In the order of `arguments`; those of a list follow one another. */
  readonly args: readonly string[];
  readonly options: Options;
  /** Columns of the terminal; infinite where it is none. */
  readonly width: number;
}

/** What it gives: a document for `--json`, lines for a reader. */
export interface SubVerbAnswer {
  readonly json: unknown;
  readonly lines: readonly string[];
}

/** A verb below a verb, which works on the registry: `models promote`. */
export interface SubVerb<Task> {
  readonly summary: string;
  readonly arguments: readonly (readonly [name: string, description: string, fallback?: string])[];
  readonly options?: readonly (readonly [flags: string, description: string])[];
  readonly example: string;
  readonly run: (task: Task) => Promise<SubVerbAnswer>;
}

/** A verb that only leads to others. */
export function verbWithSubVerbs<Options extends CommonOptions>(
  name: string,
  about: { readonly description: string; readonly examples: readonly string[] },
  subVerbs: Readonly<Record<string, SubVerb<SubVerbTask<Options>>>>,
): Command {
  const parent = new Command(name)
    .description(about.description)
    .addHelpText("after", `\nExamples:\n${about.examples.map((example) => `  $ ${example}`).join("\n")}`);
  for (const [child, subVerb] of Object.entries(subVerbs)) {
    const command = verb(child, { summary: subVerb.summary, examples: [`modelwright ${name} ${subVerb.example}`] });
    for (const [argument, description, fallback] of subVerb.arguments) {
      command.argument(argument, description, fallback);
    }
    for (const [flags, description] of subVerb.options ?? []) command.option(flags, description);
    command.action(async () => {
      const options = command.opts<Options>();
      const registry = await openRegistry(registryLocation(options.registry));
      try {
        const args = command.processedArgs.flat() as string[];
        const screen = new Screen({ json: options.json === true });
        const { json, lines } = await subVerb.run({ registry, args, options, width: screen.width });
        if (!screen.json) screen.say(...lines);
        screen.result(json);
      } finally {
        await registry.close();
      }
    });
    parent.addCommand(command);
  }
  return parent;
}
