const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const SPACED_WORD = /^[\p{L}\p{N}]{2,}$/u;

/** Tokens as one text, and where each stands in it, in UTF-16 code units. */
export interface JoinedTokens {
  readonly text: string;
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

/**
 * Joins the tokens of a sentence by spaces; where most words are of scripts that write none, such as Chinese, without them, but for
 * spaces between two words of another script.
 */
export function joinedTokens(tokens: readonly string[]): JoinedTokens {
  const isSpaceless = mostlySpaceless(tokens);
  const places: { start: number; end: number }[] = [];
  let text = "";
  let previous: string | undefined;
  for (const token of tokens) {
    if (previous !== undefined && (!isSpaceless || (isSpacedWord(previous) && isSpacedWord(token)))) text += " ";
    places.push({ start: text.length, end: text.length + token.length });
    text += token;
    previous = token;
  }
  return { text, places };
}

function isSpacedWord(token: string): boolean {
  return SPACED_WORD.test(token) && !SPACELESS.test(token);
}

function mostlySpaceless(tokens: readonly string[]): boolean {
  const spaceless = tokens.filter((token) => SPACELESS.test(token)).length;
  const others = tokens.filter((token) => !SPACELESS.test(token) && /\p{L}/u.test(token)).length;
  return spaceless > others;
}
