import { ModelwrightError } from "@modelwright/contracts";
import { joinedTokens } from "./joined-tokens.ts";

/** Begin, inside, end or last, single or unit: what IOB1, IOB2, BIOES and BILOU are made of. */
export const TAG = /^(?:O|([BIESLU])-(.+))$/;

/** A token and its tag. */
export interface TaggedToken {
  readonly token: string;
  /** Undefined for `O`. */
  readonly tag?: { readonly prefix: string; readonly label: string };
}

/**
 * A token with its tag as it is written.
 * @throws {ModelwrightError} `DATA_TAG_UNKNOWN`.
 */
export function taggedToken(
  token: string,
  given: string,
  where: { readonly file: string; readonly line: number },
): TaggedToken {
  const tag = TAG.exec(given);
  if (tag === null) throw new ModelwrightError("DATA_TAG_UNKNOWN", { ...where, tag: given });
  const [, prefix, label] = tag;
  return prefix === undefined || label === undefined ? { token } : { token, tag: { prefix, label } };
}

interface OpenSpan {
  readonly start: number;
  end: number;
  readonly label: string;
}

/**
 * The text of tagged tokens, and the spans that their tags name. `B`, `S` and `U` begin a span, and so does any other prefix behind `O` or
 * another label; behind `E`, `L`, `S` and `U` a span is over.
 */
export function sentenceOf(tokens: readonly TaggedToken[]): {
  readonly text: string;
  readonly spans: readonly OpenSpan[];
} {
  const { text, places } = joinedTokens(tokens.map(({ token }) => token));
  const spans: OpenSpan[] = [];
  let open: OpenSpan | undefined;
  for (const [at, { tag }] of tokens.entries()) {
    const { start, end } = places[at]!;
    if (tag === undefined) {
      open = undefined;
      continue;
    }
    if (open === undefined || "BSU".includes(tag.prefix) || tag.label !== open.label) {
      open = { start, end, label: tag.label };
      spans.push(open);
    } else open.end = end;
    if ("ESLU".includes(tag.prefix)) open = undefined;
  }
  return { text, spans };
}
