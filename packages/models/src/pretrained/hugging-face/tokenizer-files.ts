import { basename, dirname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { z } from "zod";
import { checked } from "./family.ts";
import { readJsonFile } from "./read-json-file.ts";

/** A token as these files write it: its text, or an object with it. */
const token = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .nullish()
  .catch(undefined);
const WRITE_TOKENIZER = `Write it in Python: from transformers import AutoTokenizer; AutoTokenizer.from_pretrained("<folder>").save_pretrained("<folder>").`;
const namesSchema = z.object({ pad_token: token });
const tokenizerSchema = z.looseObject({
  model: z.looseObject({}, { error: "must be an object" }),
  padding: z
    .looseObject({ pad_id: z.int().min(0).optional() })
    .nullish()
    .catch(undefined),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).nullish(),
});

/** The object in `tokenizer.json`, as far as its padding goes. */
export interface PaddedTokenizer {
  readonly [field: string]: unknown;
  readonly padding: { readonly pad_id: number; readonly pad_token: string };
}

/** What padding is called where nothing says it. */
const PAD_TOKENS: readonly unknown[] = ["[PAD]", "<pad>"];

/**
 * The object in `tokenizer.json`. Neither cutting nor padding stands in it, since a recipe decides both; its padding token is the one that
 * the files beside it name.
 *
 * @param padId Where no file names a padding token.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE`, `MODEL_CONFIG_INVALID`.
 */
export function readTokenizerFiles(folder: string, padId: number): Promise<PaddedTokenizer> {
  return readTokenizerFile(join(folder, "tokenizer.json"), padId);
}

/**
 * As `readTokenizerFiles`, for a file of any name and the files beside it.
 *
 * @param padId Where no file names a padding token. Default: the file's own, otherwise the token that is called so, otherwise 0.
 * @param options.instead What to do where it is missing.
 */
export async function readTokenizerFile(
  file: string,
  padId: number | undefined,
  { instead = WRITE_TOKENIZER }: { readonly instead?: string } = {},
): Promise<PaddedTokenizer> {
  const folder = dirname(file);
  const json = await readJsonFile(file);
  if (json === undefined) {
    throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", {
      path: folder,
      problem: `it has no ${basename(file)}`,
      instead,
    });
  }
  const tokenizer = checked(tokenizerSchema, json, file);
  const named =
    (await padToken(folder, "special_tokens_map.json")) ?? (await padToken(folder, "tokenizer_config.json"));
  const added = tokenizer.added_tokens ?? [];
  const fallback =
    padId ?? tokenizer.padding?.pad_id ?? added.find(({ content }) => PAD_TOKENS.includes(content))?.id ?? 0;
  const id = added.find(({ content }) => content === named)?.id ?? fallback;
  const padding = {
    strategy: "BatchLongest",
    direction: "Right",
    pad_to_multiple_of: null,
    pad_id: id,
    pad_type_id: 0,
    pad_token: named ?? added.find((token) => token.id === fallback)?.content ?? "[PAD]",
  };
  return { ...tokenizer, truncation: null, padding };
}

async function padToken(folder: string, name: string): Promise<string | undefined> {
  const json = await readJsonFile(join(folder, name));
  if (json === undefined) return undefined;
  return checked(namesSchema, json, join(folder, name)).pad_token ?? undefined;
}
