import { join } from "node:path";
import { z } from "zod";
import { checked } from "./family.ts";
import { readJsonFile, readTextFile } from "./read-json-file.ts";

const template = z.union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))]);
const token = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const schema = z.looseObject({
  chat_template: template.nullish(),
  bos_token: token,
  eos_token: token,
  pad_token: token,
  unk_token: token,
});

/**
 * The object in `tokenizer_config.json`, with the chat template of `chat_template.jinja` where that file lies beside it.
 *
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` naming file and field.
 */
export async function readTokenizerConfig(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, "tokenizer_config.json");
  const config = checked(schema, (await readJsonFile(file)) ?? {}, file);
  const own = await readTextFile(join(folder, "chat_template.jinja"));
  return own === undefined ? config : { ...config, chat_template: own };
}
