import type { TextTokenizer } from "@modelwright/data";

/** Tokens by what they write, character by character. */
export interface TokenNode {
  /** Tokens that end here. */
  readonly ids: number[];
  readonly next: Map<number, TokenNode>;
}

/** What each token writes, where something stands before it and where nothing does. */
export class TokenTexts {
  readonly #tokenizer: TextTokenizer;
  #behind: TokenNode | undefined;
  #first: TokenNode | undefined;

  constructor(tokenizer: TextTokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** Tokens behind others. */
  get behind(): TokenNode {
    this.#behind ??= this.#tree((before) => before);
    return this.#behind;
  }

  /** Tokens that begin a text. */
  get first(): TokenNode {
    this.#first ??= this.#tree(() => []);
    return this.#first;
  }

  #tree(contextOf: (before: readonly number[]) => readonly number[]): TokenNode {
    const { decode, vocabularySize } = this.#tokenizer;
    const context = contextOf(this.#anyToken());
    const before = decode(context);
    const root: TokenNode = { ids: [], next: new Map() };
    for (let id = 0; id < vocabularySize; id++) {
      const text = decode([...context, id]).slice(before.length);
      // Special tokens write nothing, and parts of a character not yet what is to be checked.
      if (text === "" || text.includes("\ufffd")) continue;
      let node = root;
      for (const character of text) {
        const point = character.codePointAt(0)!;
        let next = node.next.get(point);
        if (next === undefined) {
          next = { ids: [], next: new Map() };
          node.next.set(point, next);
        }
        node = next;
      }
      node.ids.push(id);
    }
    return root;
  }

  /** A token that writes something. */
  #anyToken(): readonly number[] {
    const { decode, vocabularySize } = this.#tokenizer;
    for (let id = 0; id < vocabularySize; id++) if (/^\S+$/.test(decode([id]).replaceAll("\ufffd", ""))) return [id];
    return [];
  }
}
