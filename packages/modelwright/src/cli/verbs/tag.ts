import { ModelwrightError } from "@modelwright/contracts";
import type { Command } from "commander";
import { annotated, annotatedName } from "../../annotations/annotated.ts";
import { readTag, tagTexts } from "../../annotations/tags.ts";
import { colours } from "../output/colours.ts";
import { plainVerbOnRegistry, type RegistryTask, type SubVerbAnswer } from "../sub-verbs.ts";
import type { CommonOptions } from "../verb.ts";

type Task = RegistryTask<CommonOptions & { readonly remove?: boolean }>;

export function tagVerb(): Command {
  return plainVerbOnRegistry("tag", {
    arguments: [
      ["<what>", "id of a run, name of a model, name:version or name@alias"],
      ["[tags...]", "name=value, or a name alone (default: show its tags)"],
    ],
    options: [["--remove", "take these tags away, by name"]],
    examples: [
      "modelwright tag tickets:2 team=mail reviewed",
      "modelwright tag tickets:2 --remove reviewed",
      "modelwright runs list --tag team=mail",
    ],
    run: tag,
  });
}

async function tag({ registry, args: [what = "", ...texts], options }: Task): Promise<SubVerbAnswer> {
  const about = await annotated(registry, what);
  const store = registry.stores.annotations;
  const written = texts.map(readTag);
  if (options.remove === true && texts.length === 0) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "--remove",
      rule: "followed by names of tags",
      got: "",
    });
  }
  const tags =
    options.remove === true
      ? await store.untag(
          about,
          written.map(({ name }) => name),
        )
      : texts.length === 0
        ? await store.tags(about)
        : await store.tag(about, Object.fromEntries(written.map(({ name, value = "" }) => [name, value])));
  const name = annotatedName(about);
  const shown = tagTexts(tags);
  return { json: { ...about, tags }, lines: [`${colours.bold(name)}: ${shown.join(", ") || "no tags"}`] };
}
