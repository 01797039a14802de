import { makeParts, type PartFactory, unsupportedPart } from "./part.ts";

/** A part of two texts that are read together: special tokens, or one of the texts, and the type of its tokens. */
export type PairPart = { readonly type: number } & (
  | { readonly ids: readonly number[] }
  | { readonly text: "first" | "second" }
);

/** Ids of the special tokens that stand around a single text. */
export interface SpecialTokens {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** How two texts stand together, each once; absent where the file does not say. */
  readonly pair?: readonly PairPart[] | undefined;
}

/** The text stands alone. */
export const alone: SpecialTokens = { before: [], after: [] };

/** The post-processors of `tokenizer.json` by type. */
export const POST_PROCESSORS: Readonly<Record<string, PartFactory<SpecialTokens>>> = {
  // Only offsets are changed.
  ByteLevel: () => alone,
  // [CLS] A [SEP] B [SEP], the second text of type 1.
  BertProcessing: (part, at) => clsAndSep(part, { at, separators: 1, secondType: 1 }),
  // <s> A </s></s> B </s>, all of one type.
  RobertaProcessing: (part, at) => clsAndSep(part, { at, separators: 2, secondType: 0 }),
  TemplateProcessing: ({ single, pair, special_tokens }, at) => {
    const parts = listOf(single, `${at}.single`).map((part, index) =>
      templatePart(part, { special: special_tokens, at: `${at}.single[${index}]` }),
    );
    const text = parts.indexOf("text");
    if (text < 0 || text !== parts.lastIndexOf("text")) {
      throw unsupportedPart(`${at}.single`, "it does not hold the text once");
    }
    const idsOf = (some: typeof parts) => some.flatMap((part) => (part === "text" ? [] : part));
    return {
      before: idsOf(parts.slice(0, text)),
      after: idsOf(parts.slice(text + 1)),
      pair: pair === undefined || pair === null ? undefined : pairTemplate(pair, { special: special_tokens, at }),
    };
  },
  Sequence: ({ processors }, at) =>
    makeParts(POST_PROCESSORS, processors, { at: `${at}.processors`, identity: alone }).reduce((inner, outer) => ({
      before: [...outer.before, ...inner.before],
      after: [...inner.after, ...outer.after],
      pair: hasTokens(inner) && hasTokens(outer) ? undefined : (outer.pair ?? inner.pair),
    })),
};

function hasTokens({ before, after }: SpecialTokens): boolean {
  return before.length + after.length > 0;
}

/** `cls` before a text and `sep` behind it, each written as `[token, id]`. */
function clsAndSep(
  { cls, sep }: Readonly<Record<string, unknown>>,
  { at, separators, secondType }: { readonly at: string; readonly separators: number; readonly secondType: number },
): SpecialTokens {
  const before = [idOf(listOf(cls, `${at}.cls`)[1], at)];
  const after = [idOf(listOf(sep, `${at}.sep`)[1], at)];
  return {
    before,
    after,
    pair: [
      { ids: before, type: 0 },
      { text: "first", type: 0 },
      { ids: Array.from({ length: separators }, () => after[0]!), type: 0 },
      { text: "second", type: secondType },
      { ids: after, type: secondType },
    ],
  };
}

const SEQUENCES = { A: "first", B: "second" } as const;

/** The parts of a template of two texts; undefined where it does not hold each of them once. */
function pairTemplate(
  pair: unknown,
  { special, at }: { readonly special: unknown; readonly at: string },
): readonly PairPart[] | undefined {
  const parts = listOf(pair, `${at}.pair`).map((part, index): PairPart => {
    const place = `${at}.pair[${index}]`;
    const { Sequence: sequence, SpecialToken: token } = recordOf(part, place);
    if (sequence === undefined) {
      const { type_id: type } = recordOf(token, place);
      return { ids: templateTokens(token, { special, at: place }), type: typeOf(type, place) };
    }
    const { id, type_id: type } = recordOf(sequence, place);
    const text = SEQUENCES[id as keyof typeof SEQUENCES];
    if (text === undefined) throw unsupportedPart(place, "two texts are the sequences A and B");
    return { text, type: typeOf(type, place) };
  });
  const texts = parts.flatMap((part) => ("text" in part ? [part.text] : []));
  return texts.length === 2 && new Set(texts).size === 2 ? parts : undefined;
}

/** The type of tokens in a template; 0 where it is not written. */
function typeOf(value: unknown, at: string): number {
  return value === undefined ? 0 : idOf(value, at);
}

function templatePart(
  part: unknown,
  { special, at }: { readonly special: unknown; readonly at: string },
): "text" | readonly number[] {
  const { Sequence: sequence, SpecialToken: token } = recordOf(part, at);
  if (sequence !== undefined) {
    const { id } = recordOf(sequence, at);
    if (id !== "A") throw unsupportedPart(at, "a single text is the sequence A");
    return "text";
  }
  return templateTokens(token, { special, at });
}

/** The ids of a special token of a template. */
function templateTokens(
  token: unknown,
  { special, at }: { readonly special: unknown; readonly at: string },
): readonly number[] {
  const { id } = recordOf(token, at);
  const { ids } = recordOf(recordOf(special, at)[String(id)], at);
  return listOf(ids, at).map((each) => idOf(each, at));
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unsupportedPart(at, "it is not a list");
}

function recordOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  throw unsupportedPart(at, "it is not what a template of special tokens holds");
}

function idOf(value: unknown, at: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw unsupportedPart(at, `${JSON.stringify(value)} is not a token id`);
}
