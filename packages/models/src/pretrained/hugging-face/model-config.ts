import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { foreignFolder } from "../foreign-formats.ts";
import { DECODER_FAMILIES } from "./decoder-families.ts";
import type { DecoderFamily } from "./decoder-family.ts";
import { ENCODER_DECODER_FAMILIES } from "./encoder-decoder-families.ts";
import type { EncoderDecoderFamily } from "./encoder-decoder-family.ts";
import { FAMILIES } from "./families.ts";
import type { Family } from "./family.ts";
import { readJsonFile } from "./read-json-file.ts";

/** The families of each kind. */
interface FamilyOf {
  readonly encoder: Family;
  readonly decoder: DecoderFamily;
  readonly "encoder-decoder": EncoderDecoderFamily;
}

/** What the models of a family are. */
export type ModelKind = keyof FamilyOf;

const KINDS: { readonly [Kind in ModelKind]: Readonly<Record<string, FamilyOf[Kind]>> } = {
  encoder: FAMILIES,
  decoder: DECODER_FAMILIES,
  "encoder-decoder": ENCODER_DECODER_FAMILIES,
};

/** What a `config.json` holds. */
export interface ModelConfig {
  readonly config: object;
  /** Where it was read, for messages. */
  readonly file: string;
}

/**
 * Reads the `config.json` of a folder.
 *
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE` where it has none; `MODEL_CONFIG_INVALID` where it is not JSON.
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const file = join(folder, "config.json");
  const config = await readJsonFile(file);
  if (config === undefined) {
    throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", { path: folder, ...(await foreignFolder(folder)) });
  }
  return { config: typeof config === "object" && config !== null ? config : {}, file };
}

/** What a folder's model is; undefined for a family that is not known. */
function kindOf(config: object): ModelKind | undefined {
  const type = typeOf(config);
  return (Object.keys(KINDS) as ModelKind[]).find((kind) => Object.hasOwn(KINDS[kind], type));
}

/**
 * The family of a kind that a configuration names.
 *
 * @throws {ModelwrightError} `MODEL_FAMILY_UNKNOWN`; `MODEL_KIND_UNFIT` for a family of another kind.
 */
export function familyOf<Kind extends ModelKind>(
  config: object,
  { kind, file }: { readonly kind: Kind; readonly file: string },
): FamilyOf[Kind] {
  const type = typeOf(config);
  const families: Readonly<Record<string, FamilyOf[Kind]>> = KINDS[kind];
  if (Object.hasOwn(families, type)) return families[type]!;
  const known = Object.keys(families);
  const other = kindOf(config);
  if (other === undefined) throw new ModelwrightError("MODEL_FAMILY_UNKNOWN", { file, type, known });
  throw new ModelwrightError("MODEL_KIND_UNFIT", { file, type, is: other, wanted: kind, known });
}

function typeOf(config: object): string {
  const { model_type: type } = config as { readonly model_type?: unknown };
  return typeof type === "string" ? type : "";
}
