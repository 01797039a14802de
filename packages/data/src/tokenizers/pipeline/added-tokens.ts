/** A token that is found in the text itself, before the model sees it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no letter or digit stands beside it. */
  readonly single_word: boolean;
  /** Takes the white space before it along. */
  readonly lstrip: boolean;
  /** Takes the white space behind it along. */
  readonly rstrip: boolean;
  /** Looked for in the normalised text instead of in the text as it is. */
  readonly normalized: boolean;
  /** Left out when ids become text. */
  readonly special: boolean;
}

/** A stretch of plain text, or the id of the token that stood there. */
export type Segment = string | number;

const WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const SPACE = /\p{White_Space}/u;

/** Cuts a text at added tokens: the leftmost one first, of several that begin at one place the longest. */
export function addedTokenSplitter(tokens: readonly AddedToken[]): (text: string) => readonly Segment[] {
  const byContent = new Map(tokens.filter(({ content }) => content !== "").map((token) => [token.content, token]));
  if (byContent.size === 0) return (text) => [text];
  const alternatives = [...byContent.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const pattern = new RegExp(alternatives.join("|"), "gu");
  return (text) => {
    const segments: Segment[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0])!;
      let [start, end] = [match.index, match.index + match[0].length];
      if (token.single_word && (WORD.test(characterBefore(text, start)) || WORD.test(characterAt(text, end)))) continue;
      // Character by character: an expression that ends at a text's end is tried from every place before it.
      if (token.lstrip) while (start > done && SPACE.test(text[start - 1]!)) start--;
      if (token.rstrip) while (end < text.length && SPACE.test(text[end]!)) end++;
      if (start > done) segments.push(text.slice(done, start));
      segments.push(token.id);
      done = end;
    }
    if (done < text.length) segments.push(text.slice(done));
    return segments;
  };
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function characterBefore(text: string, at: number): string {
  const isPair = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, at - 2), at));
  return characterAt(text, at - (isPair ? 2 : 1));
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
