import { userInfo } from "node:os";
import { text as readAll } from "node:stream/consumers";
import { ModelwrightError } from "@modelwright/contracts";
import type { Command } from "commander";
import { annotated, annotatedName } from "../../annotations/annotated.ts";
import { noteLines } from "../../annotations/annotation-lines.ts";
import { colours } from "../output/colours.ts";
import { plainVerbOnRegistry, type RegistryTask, type SubVerbAnswer } from "../sub-verbs.ts";
import { type CommonOptions, wholeNumber } from "../verb.ts";

type Task = RegistryTask<CommonOptions & { readonly by?: string; readonly remove?: string }>;

export function noteVerb(): Command {
  return plainVerbOnRegistry("note", {
    arguments: [
      ["<what>", "id of a run, name of a model, name:version or name@alias"],
      ["[text]", "what to write down, in Markdown; - reads it from a pipe (default: show its notes)"],
    ],
    options: [
      ["--by <name>", "who writes it (default: the name of your account)"],
      ["--remove <n>", "take the note of this number away"],
    ],
    examples: [
      "modelwright note tickets:2 'Refused: wrong on mails of two lines'",
      "modelwright note tickets - < notes.md",
      "modelwright note tickets:2 --remove 1",
    ],
    run: note,
  });
}

async function note({ registry, args: [what = "", text], options }: Task): Promise<SubVerbAnswer> {
  const about = await annotated(registry, what);
  const store = registry.stores.annotations;
  const { by = userInfo().username, remove } = options;
  if (remove !== undefined && text !== undefined) {
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--remove", rule: "given without a text", got: remove });
  }
  if (remove !== undefined) {
    await store.removeNote(about, wholeNumber("--remove", { min: 1, max: 1_000_000 })(remove));
  } else if (text !== undefined) {
    await store.note(about, { text: text === "-" ? await readAll(process.stdin) : text, by });
  }
  const notes = await store.notes(about);
  const name = colours.bold(annotatedName(about));
  return {
    json: { ...about, notes },
    lines: notes.length === 0 ? [`${name}: no notes`] : [name, ...noteLines(notes)],
  };
}
