import { join } from "node:path";
import { z } from "zod";
import { checked } from "./family.ts";
import { readJsonFile } from "./read-json-file.ts";

/** How a published decoder writes, where its files say so. */
export interface GenerationConfig {
  /** Tokens that end a text; empty where no file names one. */
  readonly endIds: readonly number[];
  /** Stands before a text. */
  readonly beginId?: number;
  /** Whether tokens are drawn by default; otherwise the likeliest is taken. */
  readonly samples: boolean;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
}

const id = z.int().min(0);
const tokens = { eos_token_id: z.union([id, z.array(id)]).nullish(), bos_token_id: id.nullish() };
const tokensSchema = z.object(tokens);
const number = (smallest: number) => z.number().min(smallest).nullish();
const schema = z.object({
  ...tokens,
  do_sample: z.boolean().nullish(),
  temperature: number(0),
  top_k: z.int().min(0).nullish(),
  top_p: number(0),
  min_p: number(0),
  repetition_penalty: number(0),
});

/**
 * Reads `generation_config.json`; ids that it does not name come from `config.json`, as with transformers.
 *
 * @param model The `config.json`.
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` naming file and field.
 */
export async function readGenerationConfig(
  folder: string,
  model: { readonly config: object; readonly file: string },
): Promise<GenerationConfig> {
  const file = join(folder, "generation_config.json");
  const json = await readJsonFile(file);
  const config = checked(schema, json ?? {}, file);
  const fallback = checked(tokensSchema, model.config, model.file);
  const beginId = config.bos_token_id ?? fallback.bos_token_id;
  const known = {
    beginId,
    temperature: config.temperature,
    topK: config.top_k,
    topP: config.top_p,
    minP: config.min_p,
    repetitionPenalty: config.repetition_penalty,
  };
  return {
    endIds: [config.eos_token_id ?? fallback.eos_token_id ?? []].flat(),
    samples: config.do_sample ?? false,
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => typeof value === "number")),
  };
}
