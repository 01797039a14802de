import { ModelwrightError } from "@modelwright/contracts";

/** One part of a `tokenizer.json` as it stands there: a type and its settings. */
export interface PartJson {
  readonly type: string;
  readonly [setting: string]: unknown;
}

export type Normalizer = (text: string) => string;
/**
 * Splits a text into words; models never join tokens across words.
 *
 * @param isStart Whether the text stands at the very start of what is encoded.
 */
export type PreTokenizer = (text: string, isStart: boolean) => readonly string[];
/** Ids of the tokens of one word. */
export type TokenModel = (word: string) => readonly number[];
/** Makes stretches of text of tokens; joined, the last decoder's are the text. */
export type Decoder = (tokens: readonly string[]) => readonly string[];

/**
 * Makes a part from its settings.
 *
 * @param at Where it stands in the file: `pre_tokenizer.pretokenizers[1]`.
 * @throws {ModelwrightError} `TOKENIZER_PART_UNSUPPORTED` for a setting that we do not run.
 */
export type PartFactory<Part> = (json: PartJson, at: string) => Part;

/**
 * The part of a table.
 *
 * @param options.identity Stands for a part that the file does not have.
 * @throws {ModelwrightError} `TOKENIZER_PART_UNSUPPORTED` for a part, or a setting of it, that we do not run.
 */
export function makePart<Part>(
  factories: Readonly<Record<string, PartFactory<Part>>>,
  json: PartJson | null | undefined,
  { at, identity }: { readonly at: string; readonly identity: Part },
): Part {
  if (json === null || json === undefined) return identity;
  if (!Object.hasOwn(factories, json.type)) {
    throw unsupportedPart(at, `"${json.type}" is none of ${Object.keys(factories).join(", ")}`);
  }
  return factories[json.type]!(json, at);
}

/** The parts of a `Sequence`, each named by its place. */
export function makeParts<Part>(
  factories: Readonly<Record<string, PartFactory<Part>>>,
  json: unknown,
  { at, identity }: { readonly at: string; readonly identity: Part },
): Part[] {
  if (!Array.isArray(json)) throw unsupportedPart(at, "it is not a list of parts");
  return json.map((part: PartJson, index) => makePart(factories, part, { at: `${at}[${index}]`, identity }));
}

/** @param problem What of the part is not run, without a full stop. */
export function unsupportedPart(at: string, problem: string): ModelwrightError {
  return new ModelwrightError("TOKENIZER_PART_UNSUPPORTED", { file: "tokenizer.json", part: at, problem });
}
