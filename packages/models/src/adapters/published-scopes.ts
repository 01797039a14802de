import { DECODER_FAMILIES } from "../pretrained/hugging-face/decoder-families.ts";
import { decoderNames } from "../pretrained/hugging-face/decoder-family.ts";
import { ENCODER_DECODER_FAMILIES } from "../pretrained/hugging-face/encoder-decoder-families.ts";
import { FAMILIES } from "../pretrained/hugging-face/families.ts";
import { type ParameterNames, parameterNames } from "../pretrained/hugging-face/parameter-names.ts";

/**
 * Families whose published classifier ends in one linear map of this name, as our head is one. The others have more modules of such names, all
 * of which PEFT would want in an adapter that holds one.
 */
const HEADS: Readonly<Record<string, string>> = {
  bert: "classifier",
  modernbert: "classifier",
  "deberta-v2": "classifier",
};

/** What an encoder with an adapter does, as PEFT calls it: classify texts, classify tokens, give vectors. */
export type PeftTask = "SEQ_CLS" | "TOKEN_CLS" | "FEATURE_EXTRACTION";

/** What PEFT calls the task of an adapter: it adds classifiers to what one must hold that has some. */
export function taskType(modelType: string, task: PeftTask): PeftTask | "CAUSAL_LM" | "SEQ_2_SEQ_LM" | null {
  if (Object.hasOwn(ENCODER_DECODER_FAMILIES, modelType)) return "SEQ_2_SEQ_LM";
  if (Object.hasOwn(DECODER_FAMILIES, modelType)) return "CAUSAL_LM";
  return task === "FEATURE_EXTRACTION" || Object.hasOwn(HEADS, modelType) ? task : null;
}

/** Whether linear maps of the published model lie `[inputs, outputs]` as ours do. */
export function liesAsOurs(modelType: string): boolean {
  return Object.hasOwn(DECODER_FAMILIES, modelType) && DECODER_FAMILIES[modelType]!.liesAsOurs;
}

/** Scopes that encoders from folders do not have, ours and published. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bert: { "encoder.pooler": "bert.pooler.dense" },
};

/**
 * What the published model of a type calls one of our scopes. Others than those of families are called there as they are here.
 *
 * @param task What gives vectors alone has no name in front of the encoder's modules. Default: it has a head.
 */
export function publishedScope(modelType: string, scope: string, task: PeftTask = "SEQ_CLS"): string {
  const beside = scopesBeside(modelType).find(([ours]) => ours === scope)?.[1];
  if (beside !== undefined) return beside;
  const published = namesOf(modelType, task !== "FEATURE_EXTRACTION")?.toPublished(`${scope}.weight`);
  return published === undefined ? scope : withoutLeaf(published.name);
}

/** What we call a scope of the published model of a type. */
export function ownScope(modelType: string, published: string): string {
  const beside = scopesBeside(modelType).find(([, theirs]) => theirs === published)?.[0];
  if (beside !== undefined) return beside;
  const ours = namesOf(modelType)?.toOurs(`${published}.weight`);
  return ours === undefined ? published : withoutLeaf(ours.name);
}

/** Names of a published model, with what stands in front of them where it has a head. */
function namesOf(modelType: string, keepsPrefix = true): ParameterNames | undefined {
  if (Object.hasOwn(DECODER_FAMILIES, modelType)) return decoderNames(DECODER_FAMILIES[modelType]!);
  if (Object.hasOwn(ENCODER_DECODER_FAMILIES, modelType)) return ENCODER_DECODER_FAMILIES[modelType]!.names;
  if (!Object.hasOwn(FAMILIES, modelType)) return undefined;
  const { names, prefix } = FAMILIES[modelType]!;
  return parameterNames(names, { prefix, keepsPrefix });
}

function scopesBeside(modelType: string): [ours: string, published: string][] {
  const head = HEADS[modelType];
  return [
    ...Object.entries(BESIDE[modelType] ?? {}),
    ...(head === undefined ? [] : [["head.classifier", head] as [string, string]]),
  ];
}

function withoutLeaf(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}
