import type { TextTokenizer } from "@modelwright/data";

/** What a tokenizer gives for the bytes of a character that is not whole yet: one for all of them, or for each. */
const INCOMPLETE = /\ufffd{1,3}$/;
/** Tokens that the next ones are decoded behind: what begins a word is told from what goes on with one by those before. */
const CONTEXT = 4;
/** Tokens that may wait for a character to become whole. Beyond, the bytes are none of any character. */
const LONGEST_WAIT = 16;

/** The last tokens of a prompt, by which what follows is told. */
export function contextOf(tokens: readonly number[]): readonly number[] {
  return tokens.slice(-CONTEXT);
}

/**
 * What tokens write behind others. A character that those began and these make whole belongs to these.
 *
 * @param before The last few that stand before are enough.
 */
function textBehind({ decode }: TextTokenizer, before: readonly number[], tokens: readonly number[]): string {
  const known = decode(before);
  const whole = decode([...before, ...tokens]);
  if (whole.startsWith(known)) return whole.slice(known.length);
  return whole.slice(known.replace(INCOMPLETE, "").length);
}

/** The text of tokens, as they come: what a token adds depends on those before it, and a character may span several. */
export class TextStream {
  readonly #tokenizer: TextTokenizer;
  /** Tokens whose text was given. */
  #before: readonly number[];
  /** Tokens of whose text only so many characters were given. */
  #pending: number[] = [];
  #given = 0;

  /** @param before Tokens that stand before the text; the last few are enough. */
  constructor(tokenizer: TextTokenizer, before: readonly number[]) {
    this.#tokenizer = tokenizer;
    this.#before = contextOf(before);
  }

  /** What is sure of the text with one more token, behind what was given. */
  push(token: number): string {
    this.#pending.push(token);
    const text = this.#pendingText();
    const sure = text.replace(INCOMPLETE, "");
    const isWhole = sure.length === text.length || this.#pending.length >= LONGEST_WAIT;
    const added = (isWhole ? text : sure).slice(this.#given);
    if (isWhole) this.#settle();
    else this.#given = Math.max(this.#given, sure.length);
    return added;
  }

  /** The rest, where no further token comes. */
  end(): string {
    const text = this.#pendingText().slice(this.#given);
    this.#settle();
    return text;
  }

  #pendingText(): string {
    return textBehind(this.#tokenizer, this.#before, this.#pending);
  }

  #settle(): void {
    this.#before = contextOf([...this.#before, ...this.#pending]);
    this.#pending = [];
    this.#given = 0;
  }
}
