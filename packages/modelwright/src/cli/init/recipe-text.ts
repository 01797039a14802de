import { basename, extname } from "node:path";
import type { TaskName } from "@modelwright/contracts";
import { stringify } from "yaml";
import type { RecipeDraft } from "../../tasks/recipe-draft.ts";

/** A recipe as a newcomer should read it: what has to be there, and the values one changes first, in comments. */
export function recipeText({
  name,
  task,
  source,
  encoding,
  draft: { columns, remark, rest },
}: {
  readonly name: string;
  readonly task: TaskName;
  /** Relative to the recipe file, with `/`. */
  readonly source: string;
  /** Of the source, where it is not to be told from its bytes each time. */
  readonly encoding?: string | undefined;
  readonly draft: RecipeDraft;
}): string {
  const inline = (value: unknown) => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  return `# Train with: modelwright train ${name}.yaml
name: ${inline(name)}
task: ${task}${remark === undefined ? "" : `   # ${remark}`}
data:
  source: ${inline(source)}
${encoding === undefined ? "" : `  encoding: ${inline(encoding)}\n`}${columns === undefined ? "" : `  columns: ${inline(columns)}\n`}${rest}`;
}

/** A model name made of a file's name: `My Tickets (2).csv` gives `my-tickets-2`. */
export function modelName(path: string): string {
  const name = basename(path, extname(path))
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, 64);
  return name === "" ? "my-model" : name;
}
