/** One part of a `tokenizer.json` as it stands there: a type and its settings. */
export interface PartJson {
  readonly type: string;
  readonly [setting: string]: unknown;
}

export type Normalizer = (text: string) => string;
/** Splits a text into words; models never join tokens across words. */
export type PreTokenizer = (text: string) => readonly string[];
/** Ids of the tokens of one word. */
export type TokenModel = (word: string) => readonly number[];
export type Decoder = (tokens: readonly string[]) => string;

/** Makes a part from its settings, or gives `undefined` when it has a setting that we do not know. */
export type PartFactory<Part> = (json: PartJson) => Part | undefined;

/** The part of a table; nothing stands for `identity`, and `undefined` means that there is no such part. */
export function makePart<Part>(
  factories: Readonly<Record<string, PartFactory<Part>>>,
  json: PartJson | null | undefined,
  identity: Part,
): Part | undefined {
  if (json === null || json === undefined) return identity;
  return Object.hasOwn(factories, json.type) ? factories[json.type]!(json) : undefined;
}
