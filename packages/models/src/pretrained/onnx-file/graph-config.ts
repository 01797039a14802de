import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { z } from "zod";
import type { Encoder } from "../../architectures/encoder.ts";
import { FAMILIES } from "../hugging-face/families.ts";
import { checked, type Family } from "../hugging-face/family.ts";
import { readJsonFile } from "../hugging-face/read-json-file.ts";
import { folderWith } from "./onnx-place.ts";

/** What `config.json` says of a model that an ONNX file computes. */
export interface GraphConfig {
  readonly modelType: string | undefined;
  readonly family: Family | undefined;
  /** The encoder that a known family would build, of which everything but the arithmetic is used; absent where it does not know the fields. */
  readonly described?: Encoder;
  /** Fields of the file that speak of the encoder. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly className?: string;
  /** Absent: the tokenizer says it. */
  readonly padId?: number;
  readonly positions?: number;
}

const schema = z.looseObject({
  model_type: z.string().max(100).optional(),
  architectures: z.array(z.string().max(200)).nullish(),
  pad_token_id: z.int().min(0).nullish(),
  max_position_embeddings: z.int().positive().nullish(),
});

const UNKNOWN: GraphConfig = { modelType: undefined, family: undefined, fields: {} };

/**
 * Reads `config.json` where there is one: an ONNX file computes without it.
 *
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID`.
 */
export async function readGraphConfig(folders: readonly string[]): Promise<GraphConfig> {
  const folder = await folderWith(folders, "config.json");
  if (folder === undefined) return UNKNOWN;
  const file = join(folder, "config.json");
  const config = checked(schema, await readJsonFile(file), file);
  const { model_type: modelType, architectures, pad_token_id: padId, max_position_embeddings: positions } = config;
  const family = modelType !== undefined && Object.hasOwn(FAMILIES, modelType) ? FAMILIES[modelType] : undefined;
  const described = family === undefined ? undefined : describedBy(family, config, file);
  const className = /^(\w+?)(?:Model|For\w+)$/.exec(architectures?.[0] ?? "")?.[1];
  return {
    modelType,
    family,
    fields: config,
    ...(described === undefined ? {} : { described }),
    ...(className === undefined ? {} : { className }),
    ...(typeof padId === "number" ? { padId } : {}),
    ...(typeof positions === "number" ? { positions } : {}),
  };
}

/** A family refuses fields that would change its arithmetic; the graph has an arithmetic of its own. */
function describedBy(family: Family, config: object, file: string): Encoder | undefined {
  try {
    return family.encoder(config, file);
  } catch (error) {
    if (error instanceof ModelwrightError) return undefined;
    throw error;
  }
}
