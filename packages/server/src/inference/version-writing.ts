import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a model that writes is asked for: a text behind another, or the next turn of a conversation, where it has a template for them. */
export async function versionWriting(directory: string): Promise<"text" | "conversation"> {
  const config: unknown = await readFile(join(directory, "tokenizer_config.json"), "utf8")
    .then(JSON.parse)
    .catch(() => undefined);
  const { chat_template: template } = (config ?? {}) as { readonly chat_template?: unknown };
  return template === undefined || template === null ? "text" : "conversation";
}
