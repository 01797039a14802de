import { makeParts, type PartFactory, unsupportedPart } from "./part.ts";

/** Ids of the special tokens that stand around a single text. */
export interface SpecialTokens {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The text stands alone. */
export const alone: SpecialTokens = { before: [], after: [] };

/** The post-processors of `tokenizer.json` by type, for single texts. */
export const POST_PROCESSORS: Readonly<Record<string, PartFactory<SpecialTokens>>> = {
  // Only offsets are changed.
  ByteLevel: () => alone,
  BertProcessing: clsAndSep,
  RobertaProcessing: clsAndSep,
  TemplateProcessing: ({ single, special_tokens }, at) => {
    const parts = listOf(single, `${at}.single`).map((part, index) =>
      templatePart(part, { special: special_tokens, at: `${at}.single[${index}]` }),
    );
    const text = parts.indexOf("text");
    if (text < 0 || text !== parts.lastIndexOf("text")) {
      throw unsupportedPart(`${at}.single`, "it does not hold the text once");
    }
    const idsOf = (some: typeof parts) => some.flatMap((part) => (part === "text" ? [] : part));
    return { before: idsOf(parts.slice(0, text)), after: idsOf(parts.slice(text + 1)) };
  },
  Sequence: ({ processors }, at) =>
    makeParts(POST_PROCESSORS, processors, { at: `${at}.processors`, identity: alone }).reduce((inner, outer) => ({
      before: [...outer.before, ...inner.before],
      after: [...inner.after, ...outer.after],
    })),
};

/** `cls` before a text and `sep` behind it, each written as `[token, id]`. */
function clsAndSep({ cls, sep }: Readonly<Record<string, unknown>>, at: string): SpecialTokens {
  return { before: [idOf(listOf(cls, `${at}.cls`)[1], at)], after: [idOf(listOf(sep, `${at}.sep`)[1], at)] };
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
